/** A check, with its problems; none if it passes. */
export interface Check {
  readonly name: string
  readonly problems: readonly string[]
}

/** Checks that are printed and counted one by one. */
export interface Tally {
  /** Prints and counts a check: it passes when it has no problems. */
  check(name: string, problems: readonly string[]): void
  /** Prints `N passed, N failed` as the last line, and makes the process fail if a check failed or there was none. */
  finish(): void
  readonly failed: number
}

const MAX_PROBLEM_CHARACTERS = 600

export function createTally(): Tally {
  let passed = 0
  let failed = 0
  return {
    check(name, problems) {
      if (problems.length === 0) passed++
      else failed++
      console.log(`${problems.length === 0 ? 'ok' : 'FAILED'}  ${name}`)
      for (const problem of problems) console.log(`        ${problem.slice(0, MAX_PROBLEM_CHARACTERS)}`)
    },
    finish() {
      console.log(`\n${passed} passed, ${failed} failed`)
      if (failed > 0 || passed === 0) process.exitCode = 1
    },
    get failed() {
      return failed
    },
  }
}
