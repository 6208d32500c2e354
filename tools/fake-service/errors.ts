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

/** What the gateway says of a path or a method that it has no API for. */
export const noSuchApi = gatewayError(
  404,
  'APIGW.0101',
  'The API does not exist or has not been published in the environment',
)

/** What the service says of a job or a build that it does not know: another code in v1 than before. */
export function noSuchBuild(_request: FakeServiceRequest, version: ApiVersion): Answer {
  const code = version === 'v1' ? 'DEVCB.00031006' : 'CB.00031006'
  return serviceError(422, code, 'The build record does not exist')()
}
