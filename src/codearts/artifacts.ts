import { describeError, type ApiError, type Result } from '../util/api-error.ts'
import { message } from '../util/message.ts'
import type { BuildId } from './client.ts'
import {
  allOrWhy,
  casingMismatch,
  eitherCase,
  isJsonObject,
  isNumber,
  textOf,
  valuesInOrder,
} from './json.ts'
import type { ApiGet, RequestOptions } from './request-tools.ts'
import { invalid, type ApiResponse } from './response.ts'

/** A package or an image that a build made. A text is as the service gave it, a number as it is spelled, null is empty. */
export interface Artifact {
  readonly kind: 'package' | 'image'
  readonly name: string
  readonly version: string
  readonly type: string
  /** Not parsed, and never requested. */
  readonly uri: string
}

/**
 * Reads what a build made: ShowNewOutput (v1), and where that is not found ShowOutputInfo (v3), of the API reference,
 * section 9b. Never rejects for what the network or the service does.
 * @returns packages first, then images, each in the order of the answer; none for a build that made none.
 */
export async function readArtifacts(
  get: ApiGet,
  { jobId, buildNo }: BuildId,
  options: RequestOptions,
): Promise<Result<readonly Artifact[]>> {
  const v1 = await get(`/v1/job/${jobId}/${buildNo}/output`, options)
  if (v1.ok || v1.error.reason !== 'not_found') return artifactsIn(v1)
  const v3 = await get(`/v3/jobs/${jobId}/${buildNo}/output-info`, options)
  if (v3.ok) return artifactsIn(v3)
  const both = message`through API v1: ${describeError(v1.error)}; through API v3: ${describeError(v3.error)}`
  const { problem, remedy } = v3.error.reason === 'not_found' ? NO_LIST : v3.error
  return {
    ok: false,
    error: { ...v3.error, problem, remedy, message: both, requestId: undefined, tries: undefined },
  }
}

/** The build itself is there, and only its list is not. */
const NO_LIST: Pick<ApiError, 'problem' | 'remedy'> = {
  problem: ['The service has no list of it'],
  remedy: ['Run the step again, or leave artifacts out if the deployment does not need them'],
}

function artifactsIn(response: ApiResponse): Result<readonly Artifact[]> {
  if (!response.ok) return response
  const value = parseArtifacts(response)
  if (typeof value !== 'string') return { ok: true, value }
  return { ok: false, error: { ...invalid(response.answer, [value]).error, remedy: NO_LIST.remedy } }
}

/** The documented names in `result`: two maps, and an object of its own that older builds have in place of the first. */
const NAMES = ['package_infos', 'package_info', 'image_infos'] as const

/** @returns the artifacts, or why the result is not a list of them, a clause. */
export function parseArtifacts({
  result,
  keysOf,
}: Pick<Extract<ApiResponse, { ok: true }>, 'result' | 'keysOf'>): readonly Artifact[] | string {
  if (result === null) return []
  if (!isJsonObject(result)) return 'its result is not an object'
  const mismatch = casingMismatch(result, NAMES)
  if (mismatch !== undefined) return mismatch
  const given = NAMES.filter(name => eitherCase(result, name) !== undefined)
  if (given.length === 0 && Object.keys(result).length > 0)
    return `its result has neither ${NAMES.join(' nor ')}`
  const odd = given.find(
    name => !isEmpty(eitherCase(result, name)) && !isJsonObject(eitherCase(result, name)),
  )
  if (odd !== undefined) return `its ${odd} is not an object`

  const packages = valuesInOrder(result, 'package_infos', keysOf)
  const lone = eitherCase(result, 'package_info')
  if (packages.length === 0 && !isEmpty(lone)) packages.push(lone)
  const images = valuesInOrder(result, 'image_infos', keysOf)
  return allOrWhy([
    ...packages.map(item => artifactOf('package', item)),
    ...images.map(item => artifactOf('image', item)),
  ])
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  return Array.isArray(value) ? value.length === 0 : isJsonObject(value) && Object.keys(value).length === 0
}

const FIELDS = ['name', 'version', 'package_type', 'type', 'uri'] as const

function artifactOf(kind: Artifact['kind'], item: unknown): Artifact | string {
  if (!isJsonObject(item)) return `one ${kind} of its list is not an object`
  const mismatch = casingMismatch(item, FIELDS)
  if (mismatch !== undefined) return mismatch
  const valueOf = (name: (typeof FIELDS)[number]): unknown => eitherCase(item, name) ?? ''
  const odd = FIELDS.find(name => typeof valueOf(name) !== 'string' && !isNumber(valueOf(name)))
  if (odd !== undefined) return `the ${odd} of one ${kind} is neither a text nor a number`
  const text = (name: (typeof FIELDS)[number]): string => textOf(valueOf(name))
  const type = text('package_type') || text('type')
  return { kind, name: text('name'), version: text('version'), type, uri: text('uri') }
}
