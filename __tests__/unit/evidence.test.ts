import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { parseRecord, type BuildRecord } from '../../src/codearts/record.ts'
import { rawText } from '../../src/util/message.ts'
import { newEvidence } from '../support/builders/evidence.ts'

const [A, B, C] = ['a', 'b', 'c'].map(letter => letter.repeat(32)) as [string, string, string]

function recordOf(fields: Readonly<Record<string, unknown>>): BuildRecord {
  const parsed = parseRecord({ status: 'SUCCESS', ...fields })
  if (!parsed.ok) throw new Error(parsed.why)
  return parsed.record
}

/** Enters a record as a gate does. @returns why it is not one of the build. */
function enter(
  evidence: ReturnType<typeof newEvidence>,
  jobId: string,
  fields: object,
  isFound = false,
  buildNo = 61,
) {
  const record = recordOf({ ...fields })
  const why = evidence.objectionTo({ jobId, buildNo }, record, isFound)
  if (why === undefined) evidence.enterRecord(jobId, record)
  return why && rawText(why)
}

describe('the account', () => {
  test('is complete when there is a record of its own for each build', () => {
    const evidence = newEvidence({ jobIds: [A, B] })
    expect(evidence.isComplete).toBe(false)
    expect(enter(evidence, A, { id: '1', build_record_id: '2', codeci_job_id: A })).toBeUndefined()
    expect(evidence.isComplete).toBe(false)
    expect(enter(evidence, B, { id: '3', build_record_id: '4', codeci_job_id: B })).toBeUndefined()
    expect(evidence.isComplete).toBe(true)
  })

  test('is never complete without a build', () => {
    expect(newEvidence({ jobIds: [] }).isComplete).toBe(false)
  })

  test.each<[string, object, object]>([
    ['the same id', { id: 'x' }, { id: 'x' }],
    ['the same build_record_id', { build_record_id: 'x' }, { build_record_id: 'x', id: 'y' }],
    ['an id of a megabyte', { id: 'x'.repeat(1e6) }, { id: 'x'.repeat(1e6) }],
    ['the task of the other', { id: 'x' }, { id: 'y', codeci_job_id: A }],
    ['the task of the other, and another number', {}, { codeci_job_id: A, build_no: 7 }],
  ])('speaks against both builds where the second record has %s', (_, first, second) => {
    const evidence = newEvidence({ jobIds: [A, B, C] })
    expect(enter(evidence, A, first)).toBeUndefined()
    expect(enter(evidence, C, { id: 'z' })).toBeUndefined()
    expect(enter(evidence, B, second)).toMatch(/for two builds$|as that of build task/)
    expect([A, B, C].map(jobId => evidence.disputeOf(jobId) !== undefined)).toEqual([true, true, false])
    expect(evidence.isComplete).toBe(false)
    // Whatever comes later, it stays so.
    expect(enter(evidence, B, { id: 'b', codeci_job_id: B })).toBeDefined()
    expect(enter(evidence, A, { id: 'a2', codeci_job_id: A })).toBeDefined()
    expect(evidence.isComplete).toBe(false)
  })

  test('is not complete any more once a record of one build is that of another', () => {
    const evidence = newEvidence({ jobIds: [A, B] })
    expect([enter(evidence, A, { id: 'x' }), enter(evidence, B, {})]).toEqual([undefined, undefined])
    expect(evidence.isComplete).toBe(true)
    expect(enter(evidence, B, { id: 'x' })).toContain('records with the same id (x) for two builds')
    expect(evidence.isComplete).toBe(false)
  })

  test('speaks against one record of two builds of a task', () => {
    const evidence = newEvidence({ jobIds: [A, B] })
    expect(enter(evidence, A, { id: 'x' }, true, 62)).toBeUndefined()
    expect(enter(evidence, A, { id: 'y' }, true)).toBeUndefined()
    expect(enter(evidence, A, { id: 'x' }, true, 60)).toContain('records with the same id (x) for two builds')
    expect([A, B].map(jobId => evidence.disputeOf(jobId) !== undefined)).toEqual([true, false])
  })

  test('compares only what is filled', () => {
    const evidence = newEvidence({ jobIds: [A, B] })
    const nothing = { id: '', build_record_id: null, codeci_job_id: null, build_no: 61 }
    expect([enter(evidence, A, nothing), enter(evidence, B, nothing)]).toEqual([undefined, undefined])
    expect(evidence.isComplete).toBe(true)
  })

  test('speaks against a record whose id, build_record_id, task or number changes', () => {
    for (const name of ['id', 'build_record_id', 'codeci_job_id', 'build_no']) {
      const evidence = newEvidence({ jobIds: [A] })
      const values = [{ [name]: '1' }, {}, { [name]: '2' }, { [name]: '1' }]
      const said = values.map(fields => enter(evidence, A, fields))
      expect(said).toEqual([
        undefined,
        undefined,
        expect.stringContaining(`the ${name} of the record changed from 1 to 2`),
        undefined,
      ])
    }
  })

  test('keeps a value of up to 100 characters, and the hash of a longer one', () => {
    for (const [length, kept] of [
      [100, 'x'.repeat(100)],
      [101, createHash('sha256').update('x'.repeat(101)).digest('hex')],
    ] as const) {
      const evidence = newEvidence({ jobIds: [A] })
      expect(enter(evidence, A, { id: 'x'.repeat(length) })).toBeUndefined()
      expect(enter(evidence, A, { id: 'y' })).toContain(`changed from ${kept} to y`)
    }
  })

  test('knows only the builds of the gate', () => {
    expect(() => newEvidence({ jobIds: [A] }).recordOf(B)).toThrow('the gate is not on this build task')
  })

  test('speaks against another build only where the action found the number', () => {
    const other = { codeci_job_id: C, build_no: 7 }
    expect(enter(newEvidence({ jobIds: [A] }), A, other)).toBeUndefined()
    expect(enter(newEvidence({ jobIds: [A] }), A, other, true)).toContain(
      'the record says that it is build 7',
    )
  })

  test.each([
    [{}],
    [{ codeci_job_id: A }],
    [{ build_no: 61 }],
    [{ build_no: '61', codeci_job_id: A }],
    [{ build_no: '61.0' }],
    [{ build_no: '61.00' }],
  ])('takes %j for a record of build 61', fields => {
    expect(enter(newEvidence({ jobIds: [A] }), A, fields, true)).toBeUndefined()
  })

  test.each([
    ...['0x3d', '6.1e1', ' 61', '61.5', '6.01', '61.0.'].map(build_no => ({ build_no, codeci_job_id: A })),
    { build_no: 61, codeci_job_id: C },
    { build_no: 7 },
    { codeci_job_id: C },
  ])('takes %j for no record of build 61', fields => {
    const { build_no: no = '(none)', codeci_job_id: task = '(none)' } = fields
    expect(enter(newEvidence({ jobIds: [A] }), A, fields, true)).toBe(
      `the record says that it is build ${no} of build task ${task}`,
    )
  })

  test('speaks against the other build, too, where the number was found', () => {
    for (const shared of [
      { codeci_job_id: A, build_no: 61 },
      { id: '1', build_no: 7 },
    ]) {
      const evidence = newEvidence({ jobIds: [A, B] })
      expect(enter(evidence, A, { id: '1', codeci_job_id: A })).toBeUndefined()
      expect(enter(evidence, B, shared, true)).toContain('the record says that it is build')
      expect([A, B].map(jobId => evidence.disputeOf(jobId) !== undefined)).toEqual([true, true])
    }
  })

  test('hands each record on, with the place of its build', () => {
    const seen: (readonly [string, number])[] = []
    const evidence = newEvidence({ jobIds: [A, B], onRecord: ({ fields }, at) => seen.push([fields.id, at]) })
    enter(evidence, B, { id: 'b' })
    enter(evidence, A, { id: 'a' })
    expect(seen).toEqual([
      ['b', 1],
      ['a', 0],
    ])
    expect(evidence.recordOf(A)?.fields.id).toBe('a')
  })
})

describe('the versions of the API', () => {
  const VERSIONS = ['v3', 'v1', 'v4'] as const

  test('that the gateway does not have are not asked for any build, unless none is left', () => {
    const evidence = newEvidence({ jobIds: [A, B], apiVersions: VERSIONS })
    evidence.enterMissing('v3')
    expect(VERSIONS.map(version => evidence.isMissing(version))).toEqual([true, false, false])
    expect([evidence.versionsFor(A), evidence.versionsFor(B)]).toEqual([
      ['v1', 'v4'],
      ['v1', 'v4'],
    ])
    evidence.enterMissing('v1')
    evidence.enterMissing('v4')
    expect(evidence.versionsFor(B)).toEqual(VERSIONS)
  })

  test('one that gave a record is kept for its task, and is never taken for missing', () => {
    const evidence = newEvidence({ jobIds: [A, B], apiVersions: VERSIONS })
    evidence.enterGiven(A, 'v3')
    // A list that was given says nothing of the versions.
    evidence.enterGiven(A)
    evidence.enterMissing('v3')
    expect(evidence.isMissing('v3')).toBe(false)
    expect([evidence.versionsFor(A), evidence.versionsFor(B)]).toEqual([['v3'], VERSIONS])
  })

  test('answers and records are known of each task by itself', () => {
    const evidence = newEvidence({ jobIds: [A, B] })
    expect(evidence.hasAnswered).toBe(false)
    evidence.enterAnswer(A)
    evidence.enterGiven(A)
    expect([evidence.hasAnswered, evidence.hasAnswerFor(A), evidence.isGiven(A)]).toEqual([true, true, true])
    expect([evidence.hasAnswerFor(B), evidence.isGiven(B)]).toEqual([false, false])
  })
})
