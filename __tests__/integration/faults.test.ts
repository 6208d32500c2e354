import { afterAll, describe, expect, test } from '@jest/globals'
import { mayPass } from '../../src/gate/reasons.ts'
import { startFaultServer } from '../support/fault-server.ts'
import { FRAMINGS } from '../support/faults/answers.ts'
import { everyCut, faults, type Fault } from '../support/faults.ts'
import { passingAnswers } from '../support/passing-answers.ts'
import { PASSING_BODY } from '../support/passing-build.ts'
import { gateInProcess } from '../support/sweep.ts'
import { sentenceOf } from '../support/sentence.ts'

let tried = 0
let passed = 0

afterAll(() => {
  process.stderr.write(`Sweep of faults over src/: ${tried} tried, ${passed} of them passed the gate\n`)
})

describe('a good answer passes, odd as it looks', () => {
  test.each(passingAnswers.map(answer => [answer.name, answer] as const))('%s', async (_, answer) => {
    await using server = await startFaultServer(answer)
    expect(await gateInProcess(server.url)).toMatchObject({ success: true, reason: 'success' })
    expect(server.tries).toBe(1)
  })
})

describe('no fault passes the gate, and each is tried as often as it should be', () => {
  test.each(faults.map(fault => [`${fault.group}: ${fault.name}`, fault] as const))(
    '%s',
    async (_, fault) => {
      await using server = await startFaultServer(fault)
      const ending = await gateInProcess(server.url, fault)

      count(ending)
      expect(mayPass(ending, true)).toBe(false)
      expect(sentenceOf(ending)).not.toBe('')
      if (fault.reason !== undefined) expect(ending.reason).toBe(fault.reason)
      if (fault.tries !== undefined) expect(server.tries).toBe(fault.tries)
      expect(server.requestsElsewhere).toEqual([])
    },
  )
})

describe('an answer that is cut after any byte does not pass', () => {
  // Side by side: half of the time goes to waiting for sockets.
  test.concurrent.each(FRAMINGS)(
    '%s',
    async framing => {
      const cuts = everyCut(framing, PASSING_BODY)
      let current: Fault | undefined
      await using server = await startFaultServer({ write: (peer, body) => current?.write(peer, body) })
      for (const cut of cuts) {
        current = cut
        const before = server.tries
        const ending = await gateInProcess(server.url)
        count(ending)
        expect({ cut: cut.name, success: ending.success, reason: ending.reason }).toEqual({
          cut: cut.name,
          success: false,
          reason: cut.reason,
        })
        expect(server.tries - before).toBe(cut.tries)
      }
    },
    60_000,
  )
})

function count({ success }: { readonly success: boolean }): void {
  tried++
  if (success) passed++
}
