import { afterAll, describe, expect, test } from '@jest/globals'
import { mayPass, mayStepPass } from '../../src/gate/reasons.ts'
import { startFaultServer } from '../support/servers/fault-server.ts'
import { answer, FRAMINGS, raw, text } from '../support/faults/answers.ts'
import { everyCut, faults, type Fault } from '../support/faults/faults.ts'
import { passingAnswers } from '../support/faults/passing-answers.ts'
import { PASSING_BODY } from '../support/builders/passing-build.ts'
import { gateAt, LIST_BODY, LIST_FAULTS, listAt, readRecordAt, testsAt } from '../support/in-process/sweep.ts'
import { sentenceOf } from '../support/sentence.ts'

let tried = 0
let passed = 0

afterAll(() => {
  process.stderr.write(`Sweep of faults over src/: ${tried} tried, ${passed} of them passed the gate\n`)
})

describe('a good answer passes, odd as it looks', () => {
  test.each(passingAnswers.map(answer => [answer.name, answer] as const))('%s', async (_, answer) => {
    await using server = await startFaultServer(answer)
    expect(await gateAt(server.url)).toMatchObject({ success: true, reason: 'success' })
    expect(server.tries).toBe(1)
  })
})

describe('no fault passes the gate, and each is tried as often as it should be', () => {
  test.concurrent.each(faults.map(fault => [`${fault.group}: ${fault.name}`, fault] as const))(
    '%s',
    async (_, fault) => {
      await using server = await startFaultServer(fault)
      const ending = await gateAt(server.url, fault)

      count(ending)
      expect(mayPass(ending, true)).toBe(false)
      expect(sentenceOf(ending)).not.toBe('')
      if (fault.reason !== undefined) expect(ending.reason).toBe(fault.reason)
      if (fault.tries !== undefined) expect(server.tries).toBe(fault.tries)
      expect(server.requestsElsewhere).toEqual([])
    },
  )
})

const LISTS = LIST_FAULTS.map(fault => [`${fault.group}: ${fault.name}`, fault] as const)
const AS_IT_IS = { write: text(body => body) }

describe('no fault of the list of what was built passes the gate', () => {
  test('a good list does', async () => {
    await using server = await startFaultServer(AS_IT_IS, { body: LIST_BODY })
    const { success, artifacts } = await listAt(server.url)
    expect([success, artifacts?.length, server.tries]).toEqual([true, 1, 1])
  })

  test.concurrent.each(LISTS)('%s', async (_, fault) => {
    await using server = await startFaultServer(fault, { body: LIST_BODY })
    const ending = await listAt(server.url, fault)

    count(ending)
    const rules = { failUnlessSuccess: false, artifacts: true }
    expect(mayStepPass(ending, rules, { isComplete: true })).toBe(false)
    expect(ending.artifacts).toBeUndefined()
    expect(sentenceOf(ending)).not.toBe('')
    if (fault.reason !== undefined) expect(ending.reason).toBe(fault.reason)
    // What v1 does not have is asked of v3.
    const versions = ending.reason === 'not_found' ? 2 : 1
    if (fault.tries !== undefined) expect(server.tries).toBe(versions * fault.tries)
    expect(server.requestsElsewhere).toEqual([])
  })
})

describe('no fault of the test results is more than their absence', () => {
  test('good ones are shown', async () => {
    await using server = await startFaultServer(AS_IT_IS, { body: LIST_BODY })
    expect(await testsAt(server.url)).toMatchObject({ tests: { total: 7, failures: 2 } })
  })

  test.concurrent.each(LISTS)('%s', async (_, fault) => {
    await using server = await startFaultServer(fault, { body: LIST_BODY })
    const { tests, notices } = await testsAt(server.url, fault)
    expect(tests).toBeUndefined()
    // That of the stages and the log, which were not asked for.
    expect(notices).toHaveLength(1)
    expect(server.tries).toBeLessThanOrEqual(1)
    expect(server.requestsElsewhere).toEqual([])
  })
})

describe('an answer that is cut after any byte has no record, and is asked for again', () => {
  test.concurrent.each(FRAMINGS)(
    '%s',
    async framing => {
      const cuts = everyCut(framing, PASSING_BODY)
      const whole: Pick<Fault, 'write'> = {
        write: raw(body => answer(body, { framing })),
      }
      let current = whole
      await using server = await startFaultServer({ write: (peer, body) => current.write(peer, body) })
      expect(await readRecordAt(server.url)).toMatchObject({ ok: true })
      for (const cut of cuts) {
        current = cut
        const read = await readRecordAt(server.url)
        const { reason, retryable } = read.ok ? { reason: 'success', retryable: false } : read.error
        expect([cut.name, reason, retryable]).toEqual([cut.name, cut.reason, cut.tries === 4])
      }
      expect(server.tries).toBe(1 + cuts.length)
    },
    60_000,
  )
})

function count({ success }: { readonly success: boolean }): void {
  tried++
  if (success) passed++
}
