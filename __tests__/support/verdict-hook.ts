/** Does something, once, as soon as the line is printed that says that the build passes, or that one has started. */
export function afterVerdict(action: () => void): void {
  const { stdout } = process
  const write = stdout.write.bind(stdout)
  let isDone = false
  stdout.write = (text: string, ...rest: []) => {
    const result = write(text, ...rest)
    if (!isDone && / passes[.:] | has started[;.]/.test(text)) {
      isDone = true
      action()
    }
    return result
  }
}
