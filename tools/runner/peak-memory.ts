/**
 * Makes a preload for `node --import` that leaves the peak of the process's resident memory in a file, in bytes, at
 * every end except a kill. Plain JavaScript in a URL: the loader of TypeScript would add its own memory to what is measured.
 *
 * Linux's `VmHWM` counts from the start of this program. `maxRSS`, which other systems use, is on Linux never below the
 * memory of the parent when it forked: for a test runner, hundreds of megabytes.
 *
 * @param file where the number goes.
 */
export function peakMemoryPreload(file: string): string {
  const script = `
    const { readFileSync, writeFileSync } = process.getBuiltinModule('node:fs')
    process.on('exit', () => {
      const kibibytes = process.platform === 'linux'
        ? Number(/^VmHWM:\\s+(\\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1])
        : process.resourceUsage().maxRSS
      writeFileSync(${JSON.stringify(file)}, String(kibibytes * 1024))
    })`
  return `data:text/javascript,${encodeURIComponent(script)}`
}
