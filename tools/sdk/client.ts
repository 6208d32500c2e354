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

/** A request for the SDK's signer. */
export interface RequestToSign {
  readonly method: string
  readonly path: string
  /** Names and values before they are encoded. */
  readonly query: readonly (readonly [string, string])[]
  /** All that is to be signed, the date among it. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly accessKey: string
  readonly secretKey: string
}

/** The result of the SDK's signer for a request. */
export interface SdkSignature {
  readonly authorization: string
  readonly canonicalRequest: string
}

/**
 * Makes calls of the SDK, one after the other.
 *
 * @throws Error when Python or the SDK fails.
 */
export async function askSdk(calls: readonly Call[]): Promise<readonly Answer[]> {
  const { answers } = JSON.parse(await python('ask.py', JSON.stringify({ calls, requests: [] }))) as {
    readonly answers: readonly Answer[]
  }
  return answers
}

/**
 * Signs requests with the SDK's signer.
 *
 * @throws Error when Python or the SDK fails.
 */
export async function signWithSdk(requests: readonly RequestToSign[]): Promise<readonly SdkSignature[]> {
  const { signatures } = JSON.parse(await python('ask.py', JSON.stringify({ calls: [], requests }))) as {
    readonly signatures: readonly SdkSignature[]
  }
  return signatures
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
