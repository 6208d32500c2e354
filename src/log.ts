/**
 * Where the gate says what it does. Every line may carry remote text: the implementation (report/annotation.ts) makes
 * it safe, so callers pass text as it came.
 */
export interface Log {
  /** One line for a change of state. */
  info(line: string): void
  /** Details for whoever turned on step debug logging. */
  debug(line: string): void
  /** Begins a group of lines that a reader can fold. Groups do not nest. */
  startGroup(title: string): void
  endGroup(): void
}
