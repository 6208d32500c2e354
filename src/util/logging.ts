import type { Message } from './message.ts'

/**
 * The log of the step. A line may contain remote text: the implementation (report/log.ts) removes secrets and escapes it,
 * so callers pass text unchanged.
 */
export interface Log {
  /** One line for a change of state. */
  info(line: string | Message): void
  /** Details, shown only with step debug logging. */
  debug(line: string | Message): void
  /** Begins a group of lines that can be collapsed. Groups do not nest. */
  startGroup(title: string | Message): void
  endGroup(): void
}

/**
 * The kind of a secret, which decides how it is hidden:
 * - `credential`: a token or a key. The runner masks it, and nothing of it is shown.
 * - `password`: the same, but one of fewer than 8 characters is not masked: the runner drops job outputs that contain a
 *   mask, and a short password may be a common word.
 * - `basic`: `user:password` of a proxy, of which the runner masks the base64, as it is sent.
 * - `signature`: signs a single request. Only the most recent ones are kept, because a wait makes thousands.
 * - `unmasked`: taken out of what this step shows, and the runner is not told.
 */
export type SecretKind = 'credential' | 'password' | 'basic' | 'signature' | 'unmasked'

/** Adds a secret, by default a `credential`. From then on it is never shown. */
export type AddSecret = (secret: string, kind?: SecretKind) => void
