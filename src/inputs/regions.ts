import { message } from '../util/message.ts'
import { environmentValue } from './credential-inputs.ts'
import { quoted, type ConnectionReader } from './input-reader.ts'
import { parseEndpoint } from './parsers.ts'

/**
 * Regions whose host is not `cloudbuild-ext.{region}.myhuaweicloud.com`. Source: the service's page of endpoints for
 * Europe (2023-11-28).
 */
const OTHER_HOSTS: Readonly<Record<string, string>> = {
  'eu-west-101': 'build-backend.eu-west-101.myhuaweicloud.eu',
}

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
  return new URL(`https://${OTHER_HOSTS[region] ?? `cloudbuild-ext.${region}.myhuaweicloud.com`}`)
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
  return new URL(`https://sts.${where}.myhuaweicloud.${where === 'eu-west-101' ? 'eu' : 'com'}`)
}

const REGION_ACCEPTS = `a region name such as ${DEFAULT_REGION}`

const ENDPOINT_ACCEPTS =
  'an https:// URL without user, password, query or fragment (http:// only for localhost, 127.0.0.0/8 and [::1])'

/**
 * @returns the base URLs of the service and of STS. The region of the environment is looked at only where it is needed: a
 * region input is the only one that counts.
 */
export function readEndpoints(reader: ConnectionReader) {
  const isGiven = reader.text('region') !== ''
  let region = reader.read('region', REGION_ACCEPTS, text => (isRegion(text) ? text : undefined))
  const effective = (): string => (region ??= isGiven ? DEFAULT_REGION : regionOfEnvironment(reader))
  const own = reader.read('endpoint', ENDPOINT_ACCEPTS, parseEndpoint)
  const endpoint = own ?? endpointOf(effective())
  const sts = reader.read('sts_endpoint', ENDPOINT_ACCEPTS, parseEndpoint)
  const isDefault = !isGiven && region === DEFAULT_REGION
  const place = { host: endpoint.host, region: own === undefined ? effective() : undefined, isDefault }
  return { endpoint, place, stsEndpoint: () => sts ?? stsEndpointOf(effective()) }
}

/** Other Huawei tools leave the region there: huaweicloud/auth-action, then Terraform. */
function regionOfEnvironment({ problems }: ConnectionReader): string {
  const variable = ['HUAWEI_CLOUD_REGION', 'HW_REGION_NAME'].find(name => environmentValue(name) !== '')
  if (variable === undefined) return DEFAULT_REGION
  const region = environmentValue(variable)
  if (isRegion(region)) return region
  problems.push(
    message`region, from the variable ${variable}, is ${quoted(region)}: it accepts ${REGION_ACCEPTS}`,
  )
  return DEFAULT_REGION
}
