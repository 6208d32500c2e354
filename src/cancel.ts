/** What a runner sends to cancel a step: INT first, TERM 7.5 s later, and 2.5 s after that it kills. */
const CANCEL_SIGNALS = ['SIGINT', 'SIGTERM'] as const

/** @returns a signal that fires when the runner, or a person at a terminal, cancels the run. */
export function cancelOnSignals(): AbortSignal {
  const cancel = new AbortController()
  for (const name of CANCEL_SIGNALS) {
    process.on(name, () => {
      cancel.abort('the step was cancelled')
    })
  }
  return cancel.signal
}
