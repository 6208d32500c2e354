import { messageOf } from './thrown.ts'
import type { Report } from './report/report.ts'

/**
 * Gives words to every end that nobody planned, and keeps it red: an uncaught error, a rejection that nobody handles, a
 * promise that never settles (Node then runs out of work), a call of `process.exit` by whatever else.
 * @param isOver whether the run has ended as planned.
 */
export function reportUnplannedEnds(report: Report, isOver: () => boolean): void {
  const die = (error: unknown): never => {
    report.lastWords(messageOf(error), error)
    process.exit(1)
  }
  process.on('uncaughtException', die)
  process.on('unhandledRejection', die)
  process.on('exit', () => {
    if (isOver()) return
    report.lastWords('the process ended before the gate had a verdict')
    process.exitCode = 1
  })
}
