import { message } from '../util/message.ts'
import type { Place } from '../util/place.ts'
import { environmentValue, quoted, type ConnectionReader } from './input-reader.ts'
import { ENDPOINT, type Kind } from './parsers.ts'

/** Other Huawei tools leave the region there: huaweicloud/auth-action, then Terraform. */
export const REGION_VARIABLES = ['HUAWEI_CLOUD_REGION', 'HW_REGION_NAME'] as const

/** It has hosts of its own. Source: the service's page of endpoints for Europe (2023-11-28). */
const EUROPE = 'eu-west-101'

/** The region if neither the inputs nor the environment name one. */
export const DEFAULT_REGION = 'cn-north-4'

/**
 * @returns whether the text looks like a region name (`cn-north-4`, `ap-southeast-3`): two letters, a word, a number. It is
 * not compared with a list, because new regions open. No other text can become part of the host name.
 */
export function isRegion(text: string): boolean {
  return /^[a-z]{2}-[a-z]{2,20}-[0-9]{1,3}$/.test(text)
}

/**
 * @param region a region name that `isRegion` accepts.
 * @returns the base URL of CodeArts Build there. Source: CodeArtsBuildRegion of the official SDKs, which lists twelve
 * regions, all of this form.
 */
export function endpointOf(region: string): URL {
  return new URL(
    region === EUROPE
      ? `https://build-backend.${region}.myhuaweicloud.eu`
      : `https://cloudbuild-ext.${region}.myhuaweicloud.com`,
  )
}

/**
 * Regions with CodeArts Build in which the SDKs know no security token service (StsRegion, 3.1.219). Keys from any region
 * are valid in all of them (the service's page usermanual-iam5/iam_01_1236), and the SDKs ask `DEFAULT_REGION` instead.
 */
const REGIONS_WITHOUT_STS: readonly string[] = ['cn-east-2', 'cn-north-1', 'cn-south-2', 'la-north-2']

/**
 * @param region a region name that `isRegion` accepts.
 * @returns the base URL of the security token service (STS) for it. Source: the official SDKs; that Europe has its own
 * domain is inferred from other services there.
 */
export function stsEndpointOf(region: string): URL {
  const where = REGIONS_WITHOUT_STS.includes(region) ? DEFAULT_REGION : region
  return new URL(`https://sts.${where}.myhuaweicloud.${where === EUROPE ? 'eu' : 'com'}`)
}

const REGION: Kind<string> = {
  accepts: `a region name such as ${DEFAULT_REGION}`,
  parse: text => (isRegion(text) ? text : undefined),
}

/** Which service is asked, as `readEndpoints` returns it. */
export type Service = ReturnType<typeof readEndpoints>

/**
 * Reads which service is asked. The region of the environment is looked at only where it is needed: that of an input or an
 * address is the only one that counts.
 * @param tasks whose addresses may name the region; where `endpoint` is given, they name none.
 * @returns the base URLs of the service and of STS, what messages say of the service, and the region of the addresses.
 */
export function readEndpoints(
  reader: ConnectionReader,
  tasks: readonly { readonly region: string | undefined }[],
) {
  const { read, problems } = reader
  const input = read('region', REGION)
  const own = read('endpoint', ENDPOINT)
  const sts = read('sts_endpoint', ENDPOINT)
  const hosts = reader.text('endpoint') === '' ? tasks.map(({ region }) => region) : []
  const [addressRegion, ...others] = new Set(hosts.filter(region => region !== undefined))
  if (others.length > 0)
    problems.push([
      `job_id must have addresses of one region, not of ${[addressRegion, ...others].join(' and ')}`,
    ])
  else if (addressRegion !== undefined && input !== undefined && input !== addressRegion)
    problems.push([`region must be ${addressRegion} as in the address of job_id, or left out, not ${input}`])

  let region = input ?? addressRegion ?? (reader.text('region') === '' ? undefined : DEFAULT_REGION)
  let isDefault = false
  const effective = (): string => {
    if (region !== undefined) return region
    const ofEnvironment = regionOfEnvironment(reader)
    isDefault = ofEnvironment === undefined
    return (region = ofEnvironment ?? DEFAULT_REGION)
  }
  const endpoint = own ?? endpointOf(effective())
  const place: Place = { host: endpoint.host, region: own === undefined ? effective() : undefined, isDefault }
  return { endpoint, place, stsEndpoint: () => sts ?? stsEndpointOf(effective()), addressRegion }
}

/** @returns the region of the first variable that names one; undefined where none does, or a problem was added. */
function regionOfEnvironment({ problems }: ConnectionReader): string | undefined {
  const variable = REGION_VARIABLES.find(name => environmentValue(name) !== '')
  if (variable === undefined) return undefined
  const region = environmentValue(variable)
  if (isRegion(region)) return region
  problems.push(message`the variable ${variable} must be ${REGION.accepts}, not ${quoted(region)}`)
  return undefined
}
