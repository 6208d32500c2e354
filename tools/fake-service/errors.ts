import { json } from './exchange.ts'
import type { Answer, ApiVersion, FakeServiceRequest } from './exchange.ts'

/** Makes an error of the API gateway, which repeats the request id in the body. */
export function gatewayError(status: number, code: string, message: string) {
  return ({ requestId }: Pick<FakeServiceRequest, 'requestId'>): Answer =>
    json(status, { error_msg: message, error_code: code, request_id: requestId })
}

/** Makes an error of CodeArts Build itself. */
export function serviceError(status: number, code: string, message: string) {
  return (): Answer => json(status, { error_code: code, error_msg: message })
}

/** The gateway's error for a path or a method without an API. */
export const noSuchApi = gatewayError(
  404,
  'APIGW.0101',
  'The API does not exist or has not been published in the environment',
)

/** The service's error for an unknown job or build: v1 has another code than the other versions. */
export function noSuchBuild(_request: FakeServiceRequest, version: ApiVersion): Answer {
  const code = version === 'v1' ? 'DEVCB.00031006' : 'CB.00031006'
  return serviceError(422, code, 'The build record does not exist')()
}
