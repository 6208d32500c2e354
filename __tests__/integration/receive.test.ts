import { describe, expect, test } from '@jest/globals'
import { createHttp, type BodySink } from '../../src/http/http-client.ts'
import { startFaultServer } from '../support/servers/fault-server.ts'
import { head } from '../support/faults/answers.ts'

const LENGTH = 100_000

/** Writes an answer of so many bytes, of which `sent` come, to a sink that wants `wanted` of them. */
async function receive({ sent = LENGTH, wanted = LENGTH, accepts = true } = {}) {
  await using server = await startFaultServer({
    write: async peer => {
      await peer.send(head(200, [`Content-Length: ${LENGTH}`]))
      await peer.send(Buffer.alloc(sent, '\xff', 'latin1'))
      if (sent < LENGTH) peer.reset()
    },
  })
  let taken = ''
  const sink: BodySink = {
    accepts: () => accepts,
    write: piece => {
      taken += piece
      return taken.length <= wanted
    },
  }
  const request = { method: 'GET', url: new URL(server.url), headers: {} } as const
  return { result: await createHttp('test').pipeTo(request, sink), taken }
}

describe('an answer that is written to a sink', () => {
  test('arrives whole, a byte a character', async () => {
    expect(await receive()).toEqual({ result: { ok: true, streamed: 'whole' }, taken: '\xff'.repeat(LENGTH) })
  })

  test('ends when the sink wants no more, and is not whole then', async () => {
    const { result } = await receive({ wanted: 10 })
    expect(result).toEqual({ ok: true, streamed: 'part' })
  })

  test('is an error when it is cut', async () => {
    const { result } = await receive({ sent: 5_000 })
    expect(result).toMatchObject({ ok: false, error: { kind: 'cut' } })
  })

  test('is a text like any other when the sink does not take it', async () => {
    const { result, taken } = await receive({ accepts: false })
    expect(result).toMatchObject({ ok: true, status: 200, body: { text: '\ufffd'.repeat(LENGTH) } })
    expect(taken).toBe('')
  })
})
