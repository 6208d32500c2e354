import type { HttpRequest, HttpResponse } from '../http/http-client.ts'
import { MAX_TRIES } from '../http/retry.ts'
import type { Result } from '../util/api-error.ts'
import { message } from '../util/message.ts'
import { signedHeaders, afterClockRemedy, formatTime, serviceTimeMs } from './access-keys.ts'
import type { Authorization, Credentials, Refusal } from './credentials.ts'
import { exchangeToken, lastingError } from './oidc.ts'
import type { KeylessOptions, KeylessTools, TemporaryKeys } from './oidc.ts'

/** How long before their end temporary keys are renewed, so that none expire on the way; less for short-lived keys. */
const MAX_MARGIN_MS = 5 * 60_000

/** How many expired keys in a row an agency may return before the step gives up. */
const MAX_EXPIRED_EXCHANGES = 2

type KeysResult = Result<TemporaryKeys>

/**
 * Signs with the temporary keys of an agency, which are fetched and renewed when needed. Requests that need new ones at the
 * same time share one exchange.
 */
export class KeylessCredentials implements Credentials {
  readonly #options: KeylessOptions
  readonly #tools: KeylessTools
  #keys: TemporaryKeys | undefined
  #exchange: Promise<KeysResult> | undefined
  #marginMs = 0
  #expiredInARow = 0
  /** How far the service's clock, by which keys expire, is ahead of ours. */
  #serviceAheadMs = 0

  constructor(options: KeylessOptions, tools: KeylessTools) {
    this.#options = options
    this.#tools = tools
  }

  async authorize(request: HttpRequest, signal: AbortSignal): Promise<Authorization> {
    const result = await this.#current(signal)
    if (!result.ok) return result
    const keys = { ...result.value, projectId: this.#options.projectId }
    return { ok: true, headers: signedHeaders(request, keys, this.#tools) }
  }

  /** Keys that had expired when the service refused them are dropped, if another refusal has not done so before. */
  refused({ status, headers }: HttpResponse, request: HttpRequest): Refusal {
    if (status !== 401) return { isRenewable: false, remedy: memberRemedy(this.#options) }
    this.#setClock(serviceTimeMs(headers))
    if (this.#isLast && !this.#areValid(this.#keys))
      return { isRenewable: false, remedy: [NOT_RENEWED_REMEDY] }
    const isOfCurrentKeys = this.#keys?.securityToken === request.headers['X-Security-Token']
    const isRenewable = !this.#isLast && (!isOfCurrentKeys || !this.#areValid(this.#keys))
    if (isOfCurrentKeys && isRenewable) this.#keys = undefined
    return { isRenewable, remedy: [afterClockRemedy(REFUSED_REMEDY, headers, this.#tools.nowMs())] }
  }

  /** Whether keys cannot be renewed, because there is no other token: they are used until the service refuses them. */
  get #isLast(): boolean {
    return this.#options.givenToken !== undefined
  }

  async #current(signal: AbortSignal): Promise<KeysResult> {
    const keys = this.#keys
    if ((keys !== undefined && this.#isLast) || this.#areValid(keys, this.#marginMs))
      return { ok: true, value: keys }
    this.#exchange ??= this.#renew(signal).finally(() => {
      this.#exchange = undefined
    })
    const result = await this.#exchange
    // Another request may have been aborted, and the exchange with it.
    return !result.ok && result.error.kind === 'given_up' && !signal.aborted ? this.#current(signal) : result
  }

  async #renew(signal: AbortSignal): Promise<KeysResult> {
    const old = this.#keys
    // Keys that are still valid can be renewed later: the request does not wait for tries.
    const maxTries = this.#areValid(old) ? 1 : MAX_TRIES
    const exchange = await exchangeToken(this.#options, this.#tools, { maxTries, signal })
    if (!exchange.ok) {
      // After a temporary error the old keys are used as long as they are valid.
      const mayUseOld = exchange.error.reason !== 'unauthorized' && this.#areValid(old)
      return mayUseOld ? { ok: true, value: old } : exchange
    }
    const keys = exchange.value
    this.#setClock(keys.issuedAtMs)
    this.#expiredInARow = this.#areValid(keys) ? 0 : this.#expiredInARow + 1
    const until = formatTime(keys.expiresAtMs)
    if (this.#expiredInARow >= MAX_EXPIRED_EXCHANGES)
      return lastingError('invalid_response', {
        problem: 'The temporary keys had expired when they came',
        remedy: 'Check sts_endpoint and the clock of this machine, then run the step again',
        details: `STS returned such keys twice in a row (valid until ${until})`,
      })
    this.#keys = keys
    this.#marginMs = Math.min(MAX_MARGIN_MS, this.#lifetimeMs(keys) / 2)
    this.#tools.log.info(
      message`The OIDC token of the job was exchanged for temporary keys of ${this.#options.agencyUrn}, valid until ${until}${this.#isLast ? '; they cannot be renewed' : ''}`,
    )
    return { ok: true, value: keys }
  }

  /** Whether there are keys, and they are valid for longer than the margin. */
  #areValid(keys: TemporaryKeys | undefined, marginMs = 0): keys is TemporaryKeys {
    return keys !== undefined && this.#lifetimeMs(keys) > marginMs
  }

  /** How long keys are still valid by the service's clock, milliseconds. */
  #lifetimeMs({ expiresAtMs }: TemporaryKeys): number {
    return expiresAtMs - this.#tools.nowMs() - this.#serviceAheadMs
  }

  #setClock(serviceMs: number | undefined): void {
    if (serviceMs !== undefined) this.#serviceAheadMs = serviceMs - this.#tools.nowMs()
  }
}

const REFUSED_REMEDY =
  'Check region, and that the agency belongs to the account of the build task. ' +
  'The step does not try again, because repeated failures lock keys'

const NOT_RENEWED_REMEDY =
  'Let the agency allow sessions as long as timeout_minutes, or wait for a shorter time: the temporary keys have expired, and ' +
  'could not be renewed, because oidc_token can be exchanged only while it is new'

function memberRemedy({ agencyUrn }: KeylessOptions) {
  return message`Give the agency a role in the CodeArts project that may view the build task (${agencyUrn}). Where CodeArts does not accept an agency as a member, use access_key and secret_key of an IAM user who is one`
}
