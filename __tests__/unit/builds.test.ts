import { describe, expect, test } from '@jest/globals'
import { mayStepPass } from '../../src/gate/reasons.ts'
import { shownText } from '../../src/report/redact.ts'
import { escapeInvisible } from '../../src/report/sanitize.ts'
import { gatewayError, serviceError } from '../../tools/fake-service/errors.ts'
import { json } from '../../tools/fake-service/exchange.ts'
import { fc } from '../support/properties.ts'
import {
  build,
  COMMIT,
  MINUTE_MS,
  SECOND_MS,
  STORY_JOB_ID,
  STORY_START_MS,
  storyJobId,
  tell,
  tellOfSeveral,
  type Circumstances,
  type Happening,
  type StoryJob,
  type ToldOfSeveral,
} from '../support/in-process/gate-story.ts'

const HOUR_MS = 60 * MINUTE_MS
const PAUSE_MS = 15 * SECOND_MS
const LONG_AGO = { startedMs: STORY_START_MS - HOUR_MS }
const FORBIDDEN: Happening = {
  answer: gatewayError(403, 'APIGW.0302', 'The user has no permission')({ requestId: 'story' }),
}
const BUSY: Happening = { answer: serviceError(502, 'APIGW.0201', 'Backend unavailable')() }
const THROTTLED: Happening = { answer: serviceError(400, 'CB.00060211', 'Too many requests')() }

const passing = (name: string, lastsMs = 0): StoryJob => ({
  name,
  builds: [lastsMs === 0 ? build(61, LONG_AGO) : build(61, { lastsMs })],
})
const ending = (name: string, status: string, lastsMs = 0): StoryJob => ({
  name,
  builds: [build(61, lastsMs === 0 ? { ...LONG_AGO, status } : { lastsMs, status })],
})

/** @returns what happens to each request for a record of the job at that place; nothing to others. */
function toJob(at: number, happening: Happening | undefined) {
  return (request: { readonly path: string }) =>
    request.path.includes(storyJobId(at)) ? happening : undefined
}

const provenBy = ({ isProven }: ToldOfSeveral) => ({ isComplete: isProven })
const reasonsOf = ({ result }: ToldOfSeveral): string[] => result.builds.map(one => one.result.reason)

describe('several finished builds', () => {
  test('pass when every one of them does, at one request each and without a pause', async () => {
    const told = await tellOfSeveral([passing('backend'), passing('web'), passing('image')])
    expect(told.result).toMatchObject({ success: true, reason: 'success' })
    expect(told.result.record).toBe(told.result.builds[0]?.result.record)
    expect(told.sentence).toBe('All 3 builds pass: backend, web, image.')
    expect(told.requests).toHaveLength(3)
    expect(told.endedAtMs).toBe(0)
    expect(told.log.filter(line => line.startsWith('web: '))).toEqual([
      `web: Build 61 of build task ${storyJobId(1)} has the status SUCCESS (read through API v3)`,
      expect.stringContaining(
        `web: The build passes. (build 61 of build task ${storyJobId(1)}; status SUCCESS; `,
      ),
    ])
  })

  test('fail when one does, with the words of that one and its name', async () => {
    const told = await tellOfSeveral([
      passing('backend'),
      ending('web', 'FAILURE'),
      ending('image', 'ABORTED'),
    ])
    expect(told.result).toMatchObject({ success: false, reason: 'failed' })
    expect(told.result.record?.fields.status).toBe('FAILURE')
    expect(reasonsOf(told)).toEqual(['success', 'failed', 'aborted'])
    expect(told.sentence).toMatch(/^2 of 3 builds did not pass: web \(failed\), image \(aborted\)\. /)
    expect(told.sentence).toMatch(
      /\. web: See its log [^.]*\. image: Find out in CodeArts [^.]*\. \([^]*; web: build 61 [^]*; image: build 61 /,
    )
  })

  test('with the same advice get it once', async () => {
    const { sentence } = await tellOfSeveral([ending('a', 'ABORTED'), ending('b', 'ABORTED')])
    expect(sentence).toMatch(/\(aborted\)\. Find out in CodeArts [^.]*\. \(status ABORTED; /)
    expect(sentence.match(/Find out/g)).toHaveLength(1)
  })

  test('have what is the same of all said once, and their names as they are', async () => {
    const names = ['storefront', 'backend', 'a name of exactly forty characters, no m']
    const { sentence } = await tellOfSeveral(names.map(name => ending(name, 'ABORTED')))
    expect(sentence.match(/status ABORTED|branch main|Find out/g)).toHaveLength(3)
    for (const name of names) expect(sentence.split(`${name} (aborted)`)).toHaveLength(2)
  })

  test('are all named where there are twenty, whatever their names are made of', async () => {
    for (const letter of ['x', '\u3164', '库']) {
      const names = Array.from({ length: 20 }, (_, at) => `${letter.repeat(38)}${String(at + 10)}`)
      const { result } = await tellOfSeveral(names.map(name => ending(name, 'ABORTED')))
      const shown = shownText(result.problem, text => text)
      expect(escapeInvisible(shown).length).toBeLessThan(2_000)
      for (let at = 10; at < 30; at++)
        expect(shown).toMatch(new RegExp(`${letter}…?${letter}*${at} \\(aborted\\)`))
    }
  })

  test('that run are not waited for without wait, and a failed one decides before them', async () => {
    const told = await tellOfSeveral([passing('a', MINUTE_MS), ending('b', 'FAILURE')], { wait: false })
    expect(told.result).toMatchObject({ success: false, reason: 'failed' })
    expect(reasonsOf(told)).toEqual(['running', 'failed'])
    expect(told.sentence).toMatch(/^2 of 2 builds did not pass: a \(running\), b \(failed\)\. /)
    const running = await tellOfSeveral([passing('a'), passing('b', MINUTE_MS)], { wait: false })
    expect(running.result).toMatchObject({ success: false, reason: 'running' })
  })

  test('name all of them, whatever is said of each', async () => {
    const jobs = Array.from({ length: 20 }, (_, at) => ({
      name: `build number ${at} with a name of 40 letters`,
      ...(at % 2 === 0 ? ending('', 'FAILURE') : { builds: [] }),
    })).map((job, at) => ({ ...job, name: `build number ${at} with a name of 40 letters` }))
    const { result, sentence } = await tellOfSeveral(jobs, { wait: false })
    const beginning = sentence.slice(0, 1_400)
    for (const { name } of jobs) expect(beginning).toMatch(new RegExp(`${name} \\((failed|not_found)\\)`))
    expect(result.reason).toBe('failed')
  })
})

describe('several builds that are waited for', () => {
  test('take the time of the slowest and a pause, and no more requests than single gates', async () => {
    const lasting = [2, 7, 12, 21, 30].map(seconds => seconds * SECOND_MS)
    const told = await tellOfSeveral(lasting.map((lastsMs, at) => passing(`b${at}`, lastsMs)))
    expect(told.result.success).toBe(true)
    expect(told.endedAtMs).toBeLessThanOrEqual(30 * SECOND_MS + PAUSE_MS)
    const single = await Promise.all(lasting.map(lastsMs => tell({ builds: [build(61, { lastsMs })] })))
    const requests = single.reduce((sum, one) => sum + one.requests.length, 0)
    expect(told.requests.length).toBeLessThanOrEqual(requests)
  })

  test('end with the first that cannot pass, and the others are as they were last seen', async () => {
    const told = await tellOfSeveral([
      passing('slow', HOUR_MS),
      ending('bad', 'FAILURE', 10 * SECOND_MS),
      { name: 'late', builds: [] },
      passing('done'),
    ])
    expect(told.endedAtMs).toBeLessThanOrEqual(10 * SECOND_MS + PAUSE_MS)
    expect(reasonsOf(told)).toEqual(['running', 'failed', 'not_found', 'success'])
    expect(told.result).toMatchObject({ success: false, reason: 'failed' })
    expect(told.result.builds[0]?.result.record?.fields.status).toBe('RUNNING')
    expect(told.sentence).toMatch(
      /^1 of 4 builds did not pass: bad \(failed\)\. No longer waited for: slow \(running\), late \(not_found\)\. See its log/,
    )
  })

  test('are read once each, with their tries', async () => {
    let tries = 0
    const told = await tellOfSeveral([passing('good'), passing('shy', MINUTE_MS)], {
      happens: request => (request.path.includes(storyJobId(1)) && ++tries <= 3 ? BUSY : undefined),
    })
    expect(tries).toBeGreaterThanOrEqual(4)
    expect(reasonsOf(told)).toEqual(['success', 'success'])
  })

  test.each([
    ['before its first try has ended', 5 * SECOND_MS, 0],
    ['between two of its tries', 0, 2 * SECOND_MS],
  ])('end with the first try of one where another fails %s', async (_, tookMs, failsAtMs) => {
    let tries = 0
    const told = await tellOfSeveral([ending('bad', 'FAILURE'), passing('deaf', HOUR_MS)], {
      happens: ({ path }) => {
        if (!path.includes(storyJobId(1))) return { tookMs: failsAtMs }
        tries++
        return { ...BUSY, tookMs }
      },
    })
    expect(reasonsOf(told)).toEqual(['failed', 'service_error'])
    expect(told.result).toMatchObject({ reason: 'failed', end: 'judged' })
    expect(told.result.builds[1]?.result.end).toBe('decided')
    expect([tries, told.endedAtMs]).toEqual([tookMs === 0 ? 2 : 1, tookMs + failsAtMs])
  })

  test('do not wait for one that is throttled where another fails', async () => {
    const answer = {
      ...serviceError(429, 'APIGW.0308', 'Too many requests')(),
      headers: { 'retry-after': '60' },
    }
    const told = await tellOfSeveral([passing('busy'), ending('bad', 'FAILURE', SECOND_MS)], {
      happens: ({ path }, _, atMs) =>
        path.includes(storyJobId(0)) ? { answer } : { tookMs: atMs === 0 ? 0 : 1 },
    })
    expect(reasonsOf(told)).toEqual(['throttled', 'failed'])
    expect(told.result.reason).toBe('failed')
    expect(told.endedAtMs).toBeLessThan(10 * SECOND_MS)
  })

  test('that cannot be reached at all all say so', async () => {
    const told = await tellOfSeveral([passing('a'), passing('b'), passing('c')], {
      random: 0.5,
      happens: () => ({
        error: {
          kind: 'no_connection',
          message: ['it refused the connection (ECONNREFUSED)'],
          retryable: true,
        },
      }),
    })
    expect(reasonsOf(told)).toEqual(['unreachable', 'unreachable', 'unreachable'])
    // The first that has had all its tries ends those of the others.
    expect(told.sentence).toMatch(
      /^1 of 3 builds did not pass: a \(unreachable\)\. No longer waited for: b \(unreachable\), c \(unreachable\)/,
    )
    expect(told.requests.length).toBeLessThanOrEqual(12)
  })

  test('do not end for a failed one with fail_unless_success: false, but for an error', async () => {
    const jobs = [ending('bad', 'FAILURE'), passing('slow', MINUTE_MS)]
    const lenient = await tellOfSeveral(jobs, { failUnlessSuccess: false })
    expect(reasonsOf(lenient)).toEqual(['failed', 'success'])
    expect(lenient.result).toMatchObject({ success: false, reason: 'failed' })
    expect(
      mayStepPass(lenient.result, { failUnlessSuccess: false, artifacts: false }, provenBy(lenient)),
    ).toBe(true)
    expect(
      mayStepPass(lenient.result, { failUnlessSuccess: true, artifacts: false }, provenBy(lenient)),
    ).toBe(false)

    const refused = await tellOfSeveral([...jobs, passing('closed')], {
      failUnlessSuccess: false,
      happens: toJob(2, FORBIDDEN),
    })
    expect(reasonsOf(refused)).toEqual(['failed', 'running', 'forbidden'])
    expect(refused.endedAtMs).toBe(0)
    expect(
      mayStepPass(refused.result, { failUnlessSuccess: false, artifacts: false }, provenBy(refused)),
    ).toBe(false)
  })

  test('end at once for a job that the service does not know, although it knows the others', async () => {
    const jobs = [passing('slow', HOUR_MS), passing('mistyped', HOUR_MS)]
    const told = await tellOfSeveral(jobs, {
      happens: (request, _, atMs) =>
        request.path.includes(storyJobId(1))
          ? { answer: serviceError(400, 'CB.00060214', 'The job does not exist')(), tookMs: 5 * SECOND_MS }
          : { tookMs: atMs === 0 ? SECOND_MS : 0 },
    })
    expect(told.result).toMatchObject({ success: false, reason: 'not_found' })
    expect(told.sentence).toMatch(
      /^1 of 2 builds did not pass: mistyped \(not_found\)\. No longer waited for: slow/,
    )
    expect(told.endedAtMs).toBeLessThan(MINUTE_MS)
  })

  test('end at the limit: the first that had not finished decides', async () => {
    const told = await tellOfSeveral([passing('a'), passing('b', HOUR_MS), passing('c', 2 * HOUR_MS)], {
      wait: { timeoutMs: 2 * MINUTE_MS },
    })
    expect(told.endedAtMs).toBe(2 * MINUTE_MS)
    expect(told.result).toMatchObject({ success: false, reason: 'wait_timeout' })
    expect(told.result.record?.fields.codeci_job_id).toBe(storyJobId(1))
    expect(reasonsOf(told)).toEqual(['success', 'wait_timeout', 'wait_timeout'])
    expect(mayStepPass(told.result, { failUnlessSuccess: false, artifacts: false }, provenBy(told))).toBe(
      true,
    )
  })

  test.each([
    ['the limit', {}, 'wait_timeout'],
    ['a cancel', { cancelAtMs: MINUTE_MS }, 'cancelled'],
  ] as const)(
    'have at %s the last fault as the reason of an entry without an answer',
    async (_, story, reason) => {
      const jobs = [passing('a'), passing('silent', 0), passing('busy', 0), { name: 'missing', builds: [] }]
      const told = await tellOfSeveral(jobs, {
        ...story,
        wait: { timeoutMs: 2 * MINUTE_MS },
        happens: ({ path }) => {
          if (path.includes(storyJobId(1))) return { tookMs: HOUR_MS }
          return path.includes(storyJobId(2)) ? { answer: { status: 503, body: '' } } : undefined
        },
      })
      expect(told.result).toMatchObject({ success: false, reason })
      const entries = told.result.builds.map(({ result }) => result.reason)
      expect(entries).toEqual(['success', 'cancelled', 'service_error', reason])
    },
  )

  test('have the limit as the reason of an entry whose search was answered', async () => {
    const hidden = build(61, { endedMs: Number.POSITIVE_INFINITY, commitShownMs: Number.POSITIVE_INFINITY })
    const query = { buildNo: undefined, expected: { commit: COMMIT } }
    const jobs = [
      { ...passing('a'), query },
      { name: 'hidden', builds: [hidden], query },
    ]
    const told = await tellOfSeveral(jobs, { wait: { timeoutMs: 2 * MINUTE_MS } })
    const entries = told.result.builds.map(({ result }) => result.reason)
    expect(entries).toEqual(['success', 'wait_timeout'])
  })

  test('are read with their tries, though the service has told which number is the newest', async () => {
    let reads = 0
    const jobs = [
      {
        name: 'a',
        builds: [build(61, { lastsMs: 0 })],
        query: { buildNo: 'latest' as const },
      },
      { name: 'b', builds: [build(61, { lastsMs: 0 })] },
    ]
    const told = await tellOfSeveral(jobs, {
      happens: ({ path }) =>
        path.includes(storyJobId(0)) && path.includes('record-info') && reads++ === 0
          ? { answer: { status: 503, body: '' } }
          : undefined,
    })
    expect(told.result.reason).toBe('success')
    expect(reasonsOf(told)).toEqual(['success', 'success'])
  })

  test('end at once for a cancel', async () => {
    const jobs = [passing('a'), passing('b', HOUR_MS), { name: 'c', builds: [] }]
    const told = await tellOfSeveral(jobs, { cancelAtMs: MINUTE_MS })
    expect(told.endedAtMs).toBe(MINUTE_MS)
    expect(reasonsOf(told)).toEqual(['success', 'cancelled', 'cancelled'])
    expect(told.result).toMatchObject({ success: false, reason: 'cancelled' })
    expect(told.result.record?.fields.status).toBe('RUNNING')
    expect(mayStepPass(told.result, { failUnlessSuccess: false, artifacts: false }, provenBy(told))).toBe(
      false,
    )
  })

  test('are never asked again when they have ended', async () => {
    const told = await tellOfSeveral([passing('done'), passing('slow', 5 * MINUTE_MS)])
    expect(told.requests.filter(({ path }) => path.includes(storyJobId(0)))).toHaveLength(1)
  })

  test('keep the version of the API that each of their jobs has', async () => {
    const onlyIn = (version: string, at: number) => (request: { readonly path: string }) =>
      request.path.includes(storyJobId(at)) && !request.path.startsWith(`/${version}/`)
        ? { answer: serviceError(422, 'CB.00031006', 'The build record does not exist')() }
        : undefined
    const told = await tellOfSeveral([passing('new', MINUTE_MS), passing('old', MINUTE_MS)], {
      happens: request => onlyIn('v3', 0)(request) ?? onlyIn('v1', 1)(request),
    })
    expect(told.result.success).toBe(true)
    const oldPaths = told.requests.map(({ path }) => path).filter(path => path.includes(storyJobId(1)))
    expect(oldPaths.filter(path => path.startsWith('/v3/'))).toHaveLength(1)
  })
})

describe('the log of several builds', () => {
  test('has a name in front of each line, no groups, and one heartbeat a minute for all', async () => {
    const { log } = await tellOfSeveral([passing('backend', 150 * SECOND_MS), passing('web', 5 * MINUTE_MS)])
    const beats = log.filter(line => line.startsWith('Still waiting'))
    expect(log.filter(line => /^[[\]]/.test(line))).toEqual([])
    expect(log.filter(line => !beats.includes(line) && !/^(backend|web): /.test(line))).toEqual([])
    expect(beats).toHaveLength(4)
    expect(beats[0]).toMatch(/^Still waiting after 1 min( \d+ s)?: backend RUNNING, web RUNNING$/)
    expect(beats.at(-1)).toMatch(/^Still waiting after 4 min( \d+ s)?: web RUNNING$/)
    expect(log).toContainEqual(expect.stringMatching(/^backend: SUCCESS after 2 min \d+ s of waiting$/))
  })

  test('names the build whose request is tried again', async () => {
    let isFirst = true
    const { log } = await tellOfSeveral([passing('backend'), passing('web')], {
      happens: request => {
        if (!isFirst || !request.path.includes(storyJobId(1))) return undefined
        isFirst = false
        return BUSY
      },
    })
    expect(log).toContainEqual(expect.stringMatching(/^web: Try 1 failed: .*; trying again in 1 s$/))
  })

  test('gives each warning the name of its build', async () => {
    const { warnings } = await tellOfSeveral([passing('a'), passing('b')], {
      happens: toJob(1, {
        answer: json(200, { status: 'success', error: null, result: { build_no: 7, status: 'SUCCESS' } }),
      }),
    })
    expect(warnings).toEqual([
      expect.stringMatching(/^b: Asked for build 61 of build task .*, but the record says/),
    ])
  })
})

describe('twenty builds', () => {
  /** The most requests of a kind within any minute. */
  const mostInAMinute = ({ requests }: ToldOfSeveral, kind: RegExp): number => {
    const times = requests.filter(({ path }) => kind.test(path)).map(({ atMs }) => atMs)
    return Math.max(...times.map(from => times.filter(at => at >= from && at < from + MINUTE_MS).length))
  }

  test('that are each found by their commit do not ask for more than the service allows', async () => {
    const jobs = Array.from({ length: 20 }, (_, at) => ({
      name: `b${at}`,
      builds: [
        build(61, {
          createdMs: STORY_START_MS + 2 * MINUTE_MS,
          startedMs: STORY_START_MS + 2 * MINUTE_MS,
          lastsMs: 3 * MINUTE_MS,
        }),
      ],
      query: { buildNo: undefined, expected: { commit: COMMIT } },
    }))
    const told = await tellOfSeveral(jobs)
    expect(told.result.success).toBe(true)
    expect(mostInAMinute(told, /\/list$/)).toBeLessThanOrEqual(50)
    expect(mostInAMinute(told, /record-info$/)).toBeLessThanOrEqual(120)
  })

  test('are searched for longer than two minutes where that is our own rate', async () => {
    const other = { ...LONG_AGO, commit: 'e'.repeat(40), isCommitListed: false }
    const numbers = Array.from({ length: 12 }, (_, at) => 62 + at)
    const builds = [build(61, LONG_AGO), ...numbers.map(buildNo => build(buildNo, other))]
    const query = { buildNo: undefined, expected: { commit: COMMIT } }
    const jobs = Array.from({ length: 20 }, (_, at) => ({ name: `b${at}`, builds, query }))
    const told = await tellOfSeveral(jobs, { wait: false, happens: () => ({ tookMs: 100 }) })
    expect(told.result.success).toBe(true)
    expect(told.endedAtMs).toBeGreaterThan(2 * MINUTE_MS)
  })

  test('ask a service that refuses windows in its future once more at first, and then as it wants it', async () => {
    const createdMs = STORY_START_MS - 10 * 24 * HOUR_MS
    const old = build(61, { createdMs, startedMs: createdMs, endedMs: createdMs + MINUTE_MS })
    const query = { buildNo: undefined, expected: { commit: COMMIT } }
    const jobs = Array.from({ length: 20 }, (_, at) => ({ name: `b${at}`, builds: [old], query }))
    const told = await tellOfSeveral(jobs, {
      wait: false,
      happens: ({ query: asked }, _, atMs) => {
        const endMs = Date.parse(`${asked.get('end_time') ?? ''}Z`) - 8 * HOUR_MS
        const isRefused = endMs > STORY_START_MS + atMs + 2 * SECOND_MS
        return {
          tookMs: 100,
          ...(isRefused ? { answer: serviceError(400, 'CB.00060200', 'Invalid param')() } : {}),
        }
      },
    })
    expect(told.result.success).toBe(true)
    expect(told.requests.filter(({ path }) => path.endsWith('/list'))).toHaveLength(44)
    expect(told.endedAtMs).toBeLessThan(MINUTE_MS)
  })

  test('that run side by side do not either, and take no longer than the slowest and a pause', async () => {
    const jobs = Array.from({ length: 20 }, (_, at) => passing(`b${at}`, (2 + 1.4 * at) * SECOND_MS))
    const told = await tellOfSeveral(jobs)
    expect(told.result.success).toBe(true)
    expect(mostInAMinute(told, /record-info$/)).toBeLessThanOrEqual(120)
    expect(told.endedAtMs).toBeLessThanOrEqual(30 * SECOND_MS + PAUSE_MS)
  })

  test.each([
    ['wait while one of them is throttled: that one waits alone', [7], false],
    ['all slow down when two of them are throttled', [7, 8], true],
  ])('%s', async (_, throttled, areHeld) => {
    let throttledAtMs = -1
    const left = new Set(throttled)
    const jobs = Array.from({ length: 20 }, (_one, at) => passing(`b${at}`, 2 * MINUTE_MS))
    const told = await tellOfSeveral(jobs, {
      happens: (request, _index, atMs) => {
        const at = throttled.find(one => request.path.includes(storyJobId(one)))
        if (atMs < 20 * SECOND_MS || at === undefined || !left.delete(at)) return undefined
        throttledAtMs = atMs
        return {
          answer: { ...serviceError(429, 'APIGW.0308', 'Throttled')(), headers: { 'retry-after': '20' } },
        }
      },
    })
    expect(told.result.success).toBe(true)
    const pause = told.requests.filter(
      ({ atMs }) => atMs > throttledAtMs && atMs < throttledAtMs + 20 * SECOND_MS,
    )
    const of = (at: number) => pause.filter(({ path }) => path.includes(storyJobId(at))).length
    expect([of(7), pause.length > 20]).toEqual([0, !areHeld])
    if (areHeld) expect(pause).toEqual([])
  })

  test('end when the service throttles for ever', async () => {
    const jobs = Array.from({ length: 20 }, (_, at) => passing(`b${at}`))
    const told = await tellOfSeveral(jobs, { wait: false, happens: () => THROTTLED })
    expect(new Set(reasonsOf(told))).toEqual(new Set(['throttled']))
    expect(told.endedAtMs).toBeLessThan(5 * MINUTE_MS)
  })
})

describe('one build', () => {
  test.each([true, false])('is told as a gate on one build tells it (wait: %s)', async isWaiting => {
    const builds = [build(61, { lastsMs: 90 * SECOND_MS })]
    const wait = isWaiting ? {} : (false as const)
    const told = await tellOfSeveral([{ name: 'backend', builds }], { wait })
    const single = await tell({ builds, wait })
    const same = (text: string): string => text.replaceAll(storyJobId(0), STORY_JOB_ID)
    expect(same(told.sentence)).toBe(single.sentence)
    expect(told.log.map(same)).toEqual(single.log)
    expect(told.requests.map(({ atMs }) => atMs)).toEqual(single.requests.map(({ atMs }) => atMs))
    expect(told.result.builds).toHaveLength(1)
  })
})

describe('one record for two builds', () => {
  /** The second build's record is that of the first, in this field. */
  const shares = (
    name: string,
    told: Circumstances & { readonly failUnlessSuccess?: boolean },
    lastsMs: readonly number[],
  ) =>
    tellOfSeveral(
      lastsMs.map((ms, at) => passing(`b${at}`, ms)),
      {
        ...told,
        happens: request => {
          const { answer, tookMs = 0 } = told.happens?.(request, 0, 0) ?? {}
          const at = lastsMs.findIndex((_, place) => request.path.includes(storyJobId(place)))
          if (at < 0 || answer !== undefined) return { tookMs }
          const number = {
            id: `id-${at}`,
            build_record_id: `record-${at}`,
            codeci_job_id: storyJobId(at),
            build_no: 61,
          }
          const first = { id: 'id-0', build_record_id: 'record-0', codeci_job_id: storyJobId(0) }
          const record = {
            status: 'SUCCESS',
            ...number,
            ...(at === 1 ? { [name]: first[name as keyof typeof first] } : {}),
          }
          return { tookMs, answer: json(200, { success: true, result: record }) }
        },
      },
    )

  const FIELDS = ['id', 'build_record_id', 'codeci_job_id']
  const both = { wait: false, failUnlessSuccess: true } as const
  test.each(
    FIELDS.flatMap(name => [
      [name, 'the first one first', 0, SECOND_MS, both] as const,
      [name, 'the second one first', SECOND_MS, 0, both] as const,
      [name, 'in a wait', 0, SECOND_MS, { failUnlessSuccess: true }] as const,
      [name, 'in soft mode', 0, SECOND_MS, { wait: false, failUnlessSuccess: false }] as const,
      [
        name,
        'in soft mode, in a wait, the second one first',
        SECOND_MS,
        0,
        { failUnlessSuccess: false },
      ] as const,
    ]),
  )('%s: makes both invalid, %s', async (name, _, firstMs, secondMs, options) => {
    const tookMs = [firstMs, secondMs, 0]
    const told = await shares(
      name,
      {
        ...options,
        happens: ({ path }) => ({ tookMs: tookMs.find((__, at) => path.includes(storyJobId(at))) ?? 0 }),
      },
      [0, 0, 0],
    )
    expect(reasonsOf(told)).toEqual(['invalid_response', 'invalid_response', 'success'])
    expect(told.result).toMatchObject({ success: false, reason: 'invalid_response' })
    expect(told.sentence).toMatch(
      /^2 of 3 builds did not pass: b0 \(invalid_response\), b1 \(invalid_response\)/,
    )
    // The first that came was judged, and passed, before the other one came.
    const judgedFirst = firstMs < secondMs || name === 'codeci_job_id' ? 'b0' : 'b1'
    if (firstMs < secondMs)
      expect(told.log.join('\n')).toMatch(new RegExp(`${judgedFirst}: The build passes`))
    expect(mayStepPass(told.result, { ...options, artifacts: false }, provenBy(told))).toBe(false)
  })
})

describe('an API that is gone', () => {
  const NO_API: Happening = { answer: serviceError(404, 'APIGW.0101', 'The API does not exist')() }
  const UNKNOWN: Happening = { answer: serviceError(404, 'CB.00060214', 'The address does not exist')() }
  const jobs = Array.from({ length: 3 }, (_, at) => passing(`b${at}`))

  test.each([
    ['as the gateway says it', NO_API],
    ['as the service says it, once another version has the build', UNKNOWN],
  ])('is asked for once in the run, %s', async (_, happening) => {
    const told = await tellOfSeveral([...jobs, { ...passing('late'), query: { buildNo: 'latest' } }], {
      happens: ({ path }) =>
        path.startsWith('/v3')
          ? happening
          : { tookMs: path.includes('/running-status') ? MINUTE_MS : SECOND_MS },
    })
    expect(told.result.success).toBe(true)
    const paths = told.requests.map(({ path }) => path)
    // The three that were under way; the one that came later knows.
    expect(paths.filter(path => path.startsWith('/v3'))).toHaveLength(3)
    expect(paths.filter(path => path.startsWith('/v4'))).toHaveLength(0)
  })
})

/** What the service says of one build: what it ends in, when, and how slow its answers are. */
const fate = fc.record({
  end: fc.constantFrom(
    'SUCCESS',
    'SUCCESS',
    'SUCCESS',
    'FAILURE',
    'ABORTED',
    'success',
    'forbidden',
    'missing',
    'other commit',
  ),
  lastsMs: fc.constantFrom(0, 5 * SECOND_MS, 50 * SECOND_MS, 10 * MINUTE_MS),
  tookMs: fc.integer({ min: 0, max: 20 * SECOND_MS }),
})

test('the gate passes exactly when every build does, in whatever order the answers come', async () => {
  let passed = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fate, { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      fc.boolean(),
      async (fates, isWaiting, failUnlessSuccess) => {
        const jobs = fates.map(({ end, lastsMs }, at) => ({
          name: `b${at}`,
          builds:
            end === 'missing'
              ? []
              : [
                  build(61, {
                    startedMs: STORY_START_MS - (lastsMs === 0 ? HOUR_MS : 0),
                    lastsMs: lastsMs === 0 ? MINUTE_MS : lastsMs,
                    status: ['forbidden', 'other commit'].includes(end) ? 'SUCCESS' : end,
                    commit: end === 'other commit' ? 'e'.repeat(40) : COMMIT,
                  }),
                ],
          query: { expected: { commit: COMMIT } },
        }))
        const told = await tellOfSeveral(jobs, {
          failUnlessSuccess,
          wait: isWaiting ? { timeoutMs: 5 * MINUTE_MS, discoveryMs: MINUTE_MS } : false,
          happens: request => {
            const one = fates.find((_, at) => request.path.includes(storyJobId(at)))
            const refused = one?.end === 'forbidden' ? FORBIDDEN : {}
            return { ...refused, tookMs: one?.tookMs ?? 0 }
          },
        })
        // A build may end while the answer is on its way.
        const isInTime = ({ lastsMs, tookMs }: (typeof fates)[number]): boolean =>
          lastsMs <= (isWaiting ? 4 * MINUTE_MS : tookMs)
        const isError = ({ end }: (typeof fates)[number]): boolean => ['forbidden', 'missing'].includes(end)
        const succeeds = fates.every(one => one.end === 'SUCCESS' && isInTime(one))
        const mayPass = failUnlessSuccess ? succeeds : !fates.some(isError)
        expect([
          told.result.success,
          mayStepPass(told.result, { failUnlessSuccess, artifacts: false }, provenBy(told)),
        ]).toEqual([succeeds, mayPass])
        expect(told.result.builds.map(({ name }) => name)).toEqual(jobs.map(({ name }) => name))
        if (!told.result.success) expect(told.result.reason).not.toBe('success')
        if (succeeds) passed++
      },
    ),
    { numRuns: 300 },
  )
  expect(passed).toBeGreaterThan(0)
})
