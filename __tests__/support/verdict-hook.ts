const words = process.env['TEST_AFTER_WORDS']
const pattern = words === undefined ? / passes[.:] | has started[;.]/ : new RegExp(words)

/**
 * Does something, once, as soon as the line is printed that says that the build passes, or that one has started (or, with
 * TEST_AFTER_WORDS, a line that has them).
 */
export function afterVerdict(action: () => void): void {
  const { stdout } = process
  const write = stdout.write.bind(stdout)
  let isDone = false
  stdout.write = (text: string, ...rest: []) => {
    const result = write(text, ...rest)
    if (!isDone && pattern.test(text)) {
      isDone = true
      action()
    }
    return result
  }
}
