import type { Message } from './message.ts'

/**
 * Where the gate says what it does. Every line may carry remote text: the implementation (report/log.ts) takes secrets out
 * of it and makes it safe, so callers pass text as it came.
 */
export interface Log {
  /** One line for a change of state. */
  info(line: string | Message): void
  /** Details for whoever turned on step debug logging. */
  debug(line: string | Message): void
  /** Begins a group of lines that a reader can fold. Groups do not nest. */
  startGroup(title: string | Message): void
  endGroup(): void
}

/**
 * What a secret is, which decides how it is kept from view:
 * - `credential`: a token or a key. The runner masks it, and nothing of it is shown.
 * - `password`: the same, but one of fewer than 8 characters is not masked: the runner drops job outputs that contain a
 *   mask, and a short password may be a common word.
 * - `signature`: proves one request alone. Only the most recent ones are kept: a wait makes thousands.
 */
export type SecretKind = 'credential' | 'password' | 'signature'

/** Takes a secret, a `credential` unless told otherwise. From here on it is never shown. */
export type AddSecret = (secret: string, kind?: SecretKind) => void
