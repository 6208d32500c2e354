import { noSuchApi } from '../errors.ts'
import { outputAnswer } from '../output.ts'
import { SCENARIO_JOB_ID, record, type Scenario } from './scenario.ts'

const RELEASES = 'https://devrepo.example.com/releases/storefront'

/**
 * @returns one artifact, with the seven fields of the SDK's `OutPutResult`; the given fields replace its own.
 */
export function artifact(
  overrides: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return {
    project_id: '2b7f4c90e1d34a58967c0f3e5a1d8b26',
    name: 'storefront-4.2.1.jar',
    version: '4.2.1',
    package_type: 'jar',
    uri: `${RELEASES}/4.2.1/storefront-4.2.1.jar`,
    type: 'package',
    daily_build_number: '20261124.3',
    ...overrides,
  }
}

/** Two packages, whose keys are numbers that do not rise, and an image. */
export const ARTIFACTS = `{"package_info":null,"package_infos":{"10":${JSON.stringify(artifact())},"2":${JSON.stringify(
  artifact({
    name: 'storefront-docs.zip',
    package_type: 'zip',
    uri: `${RELEASES}/4.2.1/storefront-docs.zip`,
  }),
)}},"image_infos":{"0":${JSON.stringify(
  artifact({
    name: 'octo/storefront',
    package_type: null,
    type: 'image',
    uri: 'swr.cn-north-4.example.com/octo/storefront@sha256:9f1c6a4e2d714b839a350c1e7d94b6f25f0c6a4e2d714b839a350c1e7d94b6f2',
  }),
)}}}`

/** Builds that pass, by what they made. */
export const WHAT_WAS_BUILT: readonly Scenario[] = [
  {
    name: 'artifacts',
    shows: 'a build that passes and made two packages and an image',
    jobId: SCENARIO_JOB_ID,
    buildNo: 15,
    replies: [record(15)],
    outputs: () => ({ status: 200, body: `{"result":${ARTIFACTS},"error":null,"status":"success"}` }),
  },
  {
    name: 'artifacts-v3',
    shows: 'APIGW.0101 from v1 to the question what it made, a package from v3',
    jobId: SCENARIO_JOB_ID,
    buildNo: 16,
    replies: [record(16)],
    outputs: (request, version) =>
      version === 'v1' ? noSuchApi(request) : outputAnswer({ packageInfo: artifact() }),
  },
  {
    name: 'artifacts-unreadable',
    shows: 'a build that passes, with something else in place of what it made',
    jobId: SCENARIO_JOB_ID,
    buildNo: 17,
    replies: [record(17)],
    outputs: () => outputAnswer({ package_infos: { jar: artifact({ uri: ['a', 'b'] }) } }),
  },
]
