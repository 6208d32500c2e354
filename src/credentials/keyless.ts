import type { HttpAnswer } from '../http/request.ts'
import { MAX_TRIES } from '../http/retry.ts'
import type { Log } from '../log.ts'
import { signedHeaders, type SigningTools } from './access-keys.ts'
import { clockSkewHint, serviceTimeMs, timeOf } from './clock-skew.ts'
import type { AuthorizationProblem, Credentials } from './credentials.ts'
import {
  assumeAgency,
  type Agency,
  type ExchangeTools,
  type JobIdentity,
  type TemporaryKeys,
} from './oidc.ts'

/** Temporary keys are renewed so long before they end, lest a request meets their end on its way. */
const RENEWED_BEFORE_MS = 5 * 60_000

export interface KeylessOptions {
  readonly agency: Agency
  readonly job: JobIdentity
  readonly projectId: string | undefined
  readonly tools: SigningTools & ExchangeTools & { readonly log: Log }
}

/** @returns credentials that sign with temporary keys, which they fetch and renew as they need them. */
export function keylessCredentials({ agency, job, projectId, tools }: KeylessOptions): Credentials {
  let keys: TemporaryKeys | undefined
  /** How far the service's clock, on which keys expire, is ahead of ours. */
  let serviceAheadMs = 0
  const setClock = (serviceMs: number | undefined): void => {
    if (serviceMs !== undefined) serviceAheadMs = serviceMs - tools.nowMs()
  }
  const hasEnded = ({ expiresAtMs }: TemporaryKeys, marginMs = 0): boolean =>
    tools.nowMs() + serviceAheadMs >= expiresAtMs - marginMs

  /** Sets `keys` to some that are good, or gives the problem. */
  const renew = async (signal: AbortSignal): Promise<AuthorizationProblem | undefined> => {
    // Keys that are still good can be renewed later: the look does not wait for tries.
    const maxTries = keys === undefined || hasEnded(keys) ? MAX_TRIES : 1
    const exchange = await assumeAgency(agency, job, tools, { maxTries, signal })
    if (exchange.ok) {
      keys = exchange.keys
      setClock(keys.issuedAtMs)
      const until = timeOf(keys.expiresAtMs)
      tools.log.info(
        `The job’s OIDC token was exchanged for temporary keys of ${agency.agencyUrn}, good until ${until}`,
      )
      return undefined
    }
    const { problem } = exchange
    // Trouble on the way is no reason to give up while the keys at hand are good.
    return problem.reason !== 'unauthorized' && keys !== undefined && !hasEnded(keys) ? undefined : problem
  }

  return {
    async authorize(request, signal) {
      const problem =
        keys === undefined || hasEnded(keys, RENEWED_BEFORE_MS) ? await renew(signal) : undefined
      if (problem !== undefined) return { ok: false, problem }
      if (keys === undefined) throw new Error('an exchange without a problem gave no keys')
      return { ok: true, headers: signedHeaders(request, { ...keys, projectId }, tools) }
    },
    refused(answer) {
      if (answer.status !== 401) return { isRenewable: false, hint: memberHint(agency) }
      setClock(serviceTimeMs(answer.headers))
      const isRenewable = keys !== undefined && hasEnded(keys)
      if (isRenewable) keys = undefined
      return { isRenewable, hint: refusedHint(answer, tools.nowMs()) }
    },
  }
}

function refusedHint({ headers }: HttpAnswer, nowMs: number): string {
  const check = 'check that the agency is of the account and the region of the build task'
  const notAgain = 'this is not tried again, because repeated failures lock keys'
  return [clockSkewHint(headers, nowMs), check, notAgain].filter(clause => clause !== undefined).join('; ')
}

function memberHint({ agencyUrn }: Agency): string {
  return (
    `give ${agencyUrn} a role in the CodeArts project that may view the build task; where CodeArts does not take an ` +
    'agency as a member, use access_key and secret_key of an IAM user who is one'
  )
}
