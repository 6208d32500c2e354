// Prints random requests with the action's own signatures, a JSON object a line, for the official signer in Python:
// `node __tests__/signing/print-requests.ts COUNT`.
import fc from 'fast-check'
import { sign } from '../../src/credentials/signature.ts'
import { randomRequests } from './random-requests.ts'

const count = Number(process.argv[2] ?? 1_000)

for (const { request, query, keys, date } of fc.sample(randomRequests('all'), count)) {
  const { headers, signature } = sign(request, keys, date)
  const line = {
    method: request.method,
    host: request.url.host,
    path: request.url.pathname,
    query,
    headers: { ...request.headers, 'X-Sdk-Date': headers['X-Sdk-Date'] },
    body: request.body ?? null,
    access_key: keys.accessKey,
    secret_key: keys.secretKey,
    signature,
  }
  // `process.stdout` is a pipe here, and all of it is written before the process ends by itself.
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
