import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

/** Access keys for the SDK, permanent or temporary. */
export interface SdkKeys {
  readonly accessKey: string
  readonly secretKey: string
  readonly securityToken?: string
  readonly projectId?: string
}

/** @returns the inputs that make an action use the same keys at the same service. */
export function inputsFor(endpoint: string, keys: SdkKeys): Readonly<Record<string, string>> {
  return {
    endpoint,
    access_key: keys.accessKey,
    secret_key: keys.secretKey,
    security_token: keys.securityToken ?? '',
    project_id: keys.projectId ?? '',
  }
}

/** What the SDK itself exchanges for temporary keys. */
export interface SdkExchange {
  readonly idToken: string
  readonly stsEndpoint: string
  readonly providerUrn: string
  readonly agencyUrn: string
  readonly sessionName: string
}

/** One call of the SDK. */
export interface Call {
  readonly client: 'build' | 'sts'
  readonly endpoint: string
  readonly keys: SdkKeys | SdkExchange
  /** The operation by the name of its page: `ShowRecordInfo`. */
  readonly operation: string
  /** The arguments of its request, or of the body of its request. */
  readonly arguments: Readonly<Record<string, unknown>>
  /**
   * Makes the SDK read an answer with status 429. By default its HTTP library is configured to retry that status zero times,
   * and so drops the answer with the service's code and request ID.
   */
  readonly readsThrottling: boolean
}

/** The result of a call. */
export interface Answer {
  /** The class of the parsed model, or of the exception. */
  readonly type: string
  /** The parsed model as JSON: every attribute that it can have, null where the answer had none. */
  readonly model?: unknown
  /** The body that it was parsed from. */
  readonly raw?: string
  /** The downloaded text. */
  readonly text?: string
  readonly error?: {
    readonly status: number
    readonly code: string
    readonly message: string
    readonly requestId: string
  }
}

/**
 * Makes calls of the SDK, one after the other.
 *
 * @throws Error when Python or the SDK fails.
 */
export async function askSdk(calls: readonly Call[]): Promise<readonly Answer[]> {
  return JSON.parse(await python('ask.py', JSON.stringify(calls))) as readonly Answer[]
}

/** @returns what the SDK knows: the text of sdk.json. */
export function describeSdk(): Promise<string> {
  return python('describe.py', '')
}

/** Runs a script of this folder with the Python of `with-sdk`. The SDK writes to the home folder, so it gets its own. */
async function python(script: string, input: string): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'sdk-'))
  try {
    const child = spawn('python', [join(import.meta.dirname, script)], {
      env: { PATH: process.env['PATH'], HOME: home, PYTHONDONTWRITEBYTECODE: '1' },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    child.stdin.end(input)
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
    if (child.exitCode !== 0) throw new Error(`${script} failed:\n${stderr}`)
    return stdout
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}
