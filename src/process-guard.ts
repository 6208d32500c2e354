import { openLookups } from './http/lookup.ts'
import type { Report } from './report/report.ts'
import { messageOf } from './util/errors.ts'

/**
 * The signals with which a runner cancels a step (INT, TERM 7.5 s later, and KILL 2.5 s after that), and the one that a
 * terminal sends when it is closed.
 */
const CANCEL_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** How long to wait until the log has been read: the reader may have stopped. */
const MAX_FLUSH_MS = 500

/**
 * Makes sure that the process ends as failed, and with a message, whatever happens. Cancels the run on signals, and reports
 * every unexpected end: an uncaught error, an unhandled rejection, a promise that never settles (Node then runs out of
 * work), a call of `process.exit` by other code.
 */
export function guardProcess(report: Pick<Report, 'reportCrash'>) {
  const cancel = new AbortController()
  let hasEnded = false
  for (const name of CANCEL_SIGNALS) {
    process.on(name, () => {
      cancel.abort()
    })
  }
  const crash = (error: unknown): never => {
    process.exitCode = 1
    report.reportCrash(messageOf(error), error)
    return endProcess()
  }
  process.on('uncaughtException', crash)
  process.on('unhandledRejection', crash)
  process.on('exit', () => {
    if (hasEnded) return
    process.exitCode = 1
    report.reportCrash('the process ended before the step had a result')
  })
  return {
    /** Fires when the runner, or a person at a terminal, cancels the run. */
    cancel: cancel.signal,
    /** Waits until every line of the log was written and every signal that has arrived was handled. */
    async settle(): Promise<void> {
      await flushLog()
      await hearSignals()
    },
    /** Marks the run as ended: what follows is not reported as a crash. */
    end(): void {
      hasEnded = true
    },
  }
}

/**
 * Ends the process, whatever sockets are still open. `process.exit` would wait for a name lookup that hangs, for as long as
 * the resolver takes (measured: 10 s to 90 s). A run that fails does not: it ends itself by a signal, which no exit code of 0
 * can come from.
 */
export function endProcess(): never {
  if (process.exitCode !== 0 && openLookups() > 0) process.kill(process.pid, 'SIGKILL')
  return process.exit()
}

function flushLog(): Promise<void> {
  return new Promise(resolve => {
    setTimeout(resolve, MAX_FLUSH_MS)
    process.stdout.write('', () => {
      resolve()
    })
  })
}

/**
 * Lets the event loop go once around: a signal that came while it was held up is heard where it waits for what comes in, and
 * its first turn may begin behind that place.
 */
function hearSignals(): Promise<void> {
  return new Promise(resolve => {
    setImmediate(() => setImmediate(resolve))
  })
}
