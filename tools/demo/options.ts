import { parseArgs } from 'node:util'

/** What the demo does. */
export type DemoOptions = DemoMode & {
  /** Whether step debug logging is on. */
  readonly debug: boolean
}

type DemoMode =
  | { readonly mode: 'help' }
  /** Builds of the fake service, started, failed, and three at once. */
  | { readonly mode: 'examples' }
  /** A record from a file, served by the fake service. */
  | { readonly mode: 'record'; readonly file: string; readonly ids: BuildIds }
  /** A build of the live service. */
  | ({ readonly mode: 'live' } & LiveBuild)

/** A build of the live service, and what is needed to read it. */
export interface LiveBuild {
  /** Empty where `jobId` is an address, whose region is asked. */
  readonly endpoint: string
  readonly jobId: string
  readonly buildNo: string
  readonly token: string
}

/** Which build to read; if a part is missing, it is taken from the record. */
export interface BuildIds {
  readonly jobId?: string
  readonly buildNo?: string
}

/** The variable with the token for the live service: every process of the machine could see an argument. */
export const TOKEN_VARIABLE = 'CODEARTS_TOKEN'

export const USAGE = `Runs the committed dist/ as GitHub's runner does, and shows what it does.

  npm start
      a build that is started, waited for and passes, one that failed, and a gate on three builds at once, from a fake
      service on loopback, in less than a minute

  npm start -- --record FILE [--job-id ID] [--build-no N]
      a record of your own, from the same fake service: a bare record, or a whole answer with "result"

  npm start -- --job-id ADDRESS --build-no N
  npm start -- --endpoint URL --job-id ID --build-no N
      a build of the live service; the IAM token is read from the environment variable ${TOKEN_VARIABLE}

  --debug     with any of these: step debug logging is on, and every output is shown
  --help, -h  this text

The summaries become pages of HTML in out/demo/. The exit code is the gate's own; without arguments it is 0 when each run ended as it should.
`

/** An invalid argument, with a message for the user. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/**
 * @param parameters the arguments after the script's name.
 * @param env where the token is.
 * @throws UsageError
 */
export function parseOptions(parameters: readonly string[], env: NodeJS.ProcessEnv): DemoOptions {
  const values = parse(parameters)
  return { ...modeOf(values, env), debug: values.debug }
}

function modeOf(values: ReturnType<typeof parse>, env: NodeJS.ProcessEnv): DemoMode {
  const { help, record, endpoint, 'job-id': jobId, 'build-no': buildNo } = values
  if (help) return { mode: 'help' }
  if (record !== undefined) {
    if (endpoint !== undefined) throw new UsageError('--record and --endpoint exclude each other')
    const ids = { ...(jobId === undefined ? {} : { jobId }), ...(buildNo === undefined ? {} : { buildNo }) }
    return { mode: 'record', file: record, ids }
  }
  if (endpoint === undefined && jobId === undefined && buildNo === undefined) return { mode: 'examples' }
  const isAddress = jobId?.startsWith('https://') === true
  if ((endpoint === undefined && !isAddress) || jobId === undefined || buildNo === undefined) {
    throw new UsageError(
      'The live service takes --job-id with an address, or with an ID and --endpoint; and --build-no',
    )
  }
  const token = env[TOKEN_VARIABLE]
  if (token === undefined || token === '') {
    throw new UsageError(`The live service takes an IAM token in the environment variable ${TOKEN_VARIABLE}`)
  }
  return { mode: 'live', endpoint: endpoint ?? '', jobId, buildNo, token }
}

function parse(parameters: readonly string[]) {
  try {
    return parseArgs({
      args: [...parameters],
      strict: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        debug: { type: 'boolean', default: false },
        record: { type: 'string' },
        endpoint: { type: 'string' },
        'job-id': { type: 'string' },
        'build-no': { type: 'string' },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
