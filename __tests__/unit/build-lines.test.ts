import { describe, expect, test } from '@jest/globals'
import { parseBuildLines } from '../../src/inputs/build-lines.ts'
import { readInputs } from '../../src/inputs/action-inputs.ts'
import { rawText } from '../../src/util/message.ts'
import { mainJobInputs, type InputValues } from '../support/builders/environment.ts'
import { fc } from '../support/properties.ts'
import { withEnvironment } from '../support/in-process/with-environment.ts'

const ID = '48c66c6002964721be537cdc6ce0297b'
const OTHER = '68491d9bc97b4774adb93e29b46d2dc6'

const problemsOf = (text: string): string[] => parseBuildLines(text).problems.map(rawText)

describe('a line', () => {
  test.each([
    [ID, { name: ID, jobId: ID, buildNo: undefined }],
    [`${ID}/33`, { name: ID, jobId: ID, buildNo: 33 }],
    [`${ID}/latest`, { name: ID, jobId: ID, buildNo: 'latest' }],
    [`backend: ${ID}`, { name: 'backend', jobId: ID, buildNo: undefined }],
    [`backend: ${ID}/33`, { name: 'backend', jobId: ID, buildNo: 33 }],
    [`backend:${ID}/33`, { name: 'backend', jobId: ID, buildNo: 33 }],
    [`  back end 2.0_x-y :  ${ID} / 33  `, { name: 'back end 2.0_x-y', jobId: ID, buildNo: 33 }],
    [`后端 服务: ${ID}/2147483647`, { name: '后端 服务', jobId: ID, buildNo: 2_147_483_647 }],
    [`${'n'.repeat(40)}: ${ID}`, { name: 'n'.repeat(40), jobId: ID, buildNo: undefined }],
    [`${'𠮷'.repeat(40)}: ${ID}`, { name: '𠮷'.repeat(40), jobId: ID, buildNo: undefined }],
  ])('%j is a build', (line, build) => {
    const plain = { url: '', region: undefined }
    expect(parseBuildLines(line)).toEqual({ builds: [{ ...build, ...plain }], problems: [] })
  })

  test.each([
    ['', ID],
    ['backend: ', 'backend'],
    ['https: ', 'https'],
  ])('%j before an address names it', (begin, name) => {
    const url = `https://codearts.example/detail/history/${ID}`
    expect(parseBuildLines(`${begin}${url}?x`)).toEqual({
      builds: [{ name, jobId: ID, buildNo: undefined, url, region: undefined }],
      problems: [],
    })
    expect(problemsOf(`${begin}${url}/33`)).toEqual([
      expect.stringContaining(`write ${ID}/NUMBER for "https://`),
    ])
  })

  test.each([
    ...['', ' ', 'x'].map(end => [`backend: ${ID}/${end}`, 'a whole number from 1 to 2147483647']),
    ...['0', '-1', '1.0', '2147483648', '33/34', 'Latest', '٣'].map(no => [`${ID}/${no}`, 'a whole number']),
    ...[': ', ' : ', '@x: ', 'a/b: ', '<b>: ', '`: ', 'a\tb: ', '\u202e: ', 'e\u0301: ', '::error::x: '].map(
      begin => [`${begin}${ID}/1`, ''],
    ),
    [`${'n'.repeat(41)}: ${ID}`, '1 to 40 letters, digits'],
    [`backend ${ID}/33`, 'the 32 letters and digits of the build task’s ID'],
    [`backend: web: ${ID}/33`, 'the 32 letters and digits of the build task’s ID'],
    [`backend: ${ID.slice(1)}/33`, 'the 32 letters and digits of the build task’s ID'],
    ['backend:', 'the 32 letters and digits of the build task’s ID'],
    ['/33', 'the 32 letters and digits of the build task’s ID'],
  ])('%j is not', (line = '', words = '') => {
    const { builds, problems } = parseBuildLines(line)
    expect(builds).toEqual([])
    expect(problems.map(rawText)).toEqual([expect.stringContaining(words)])
    const [problem, ...more] = problemsOf(`a: ${OTHER}\n${line}\n`)
    expect(more).toEqual([])
    expect(problem).toMatch(/^job_id must /)
    expect(problem).toContain(words)
  })
})

describe('several lines', () => {
  const idOf = (at: number): string => String(at).padStart(32, '0')
  const lines = (count: number): string[] => Array.from({ length: count }, (_, at) => idOf(at))

  test.each(['\n', '\r\n', '\r', '\n\n \t\n'])('are parted by %j, in their order', end => {
    expect(parseBuildLines(lines(20).join(end)).builds.map(({ jobId }) => jobId)).toEqual(lines(20))
  })

  test('are at most 20', () => {
    expect(problemsOf(lines(21).join('\n'))).toEqual(['job_id must list at most 20 builds, not 21'])
    expect(problemsOf(lines(20).join('\n'))).toEqual([])
  })

  test.each([
    [`a: ${ID}\nb: ${ID}/2`, [`job_id must list each build task once; more than once it has "${ID}"`]],
    [`${ID}\n${ID}`, [`job_id must list each build task once; more than once it has "${ID}"`]],
    [
      `a: ${ID}\nA: ${OTHER}`,
      ['job_id must give each build a name of its own, in upper or lower case; more than once it has "a"'],
    ],
    [
      `É: ${ID}\né: ${OTHER}`,
      ['job_id must give each build a name of its own, in upper or lower case; more than once it has "é"'],
    ],
    [
      `${OTHER.toUpperCase()}: ${ID}\n${OTHER}`,
      [
        `job_id must give each build a name of its own, in upper or lower case; more than once it has "${OTHER}"`,
      ],
    ],
  ])('name and ID are unique: %j', (text, problems) => {
    expect(problemsOf(text)).toEqual(problems)
  })

  test('with the same fault share one problem, which shows three of them', () => {
    const bad = ['x', 'y', 'z', 'u', 'v']
    expect(problemsOf([...bad, `@: ${ID}`, `${OTHER}/0`, `${ID}/`].join('\n'))).toEqual([
      'job_id must be the 32 letters and digits of the build task’s ID or the https:// address of its page, not "x", "y", "z" and 2 more',
      'job_id must give a name of 1 to 40 letters, digits, spaces, ., _ or - before the colon, not "@"',
      `job_id must have a whole number from 1 to 2147483647, or latest, after the ID and /, not "${OTHER}/0", "${ID}/"`,
    ])
  })

  test('whatever is taken has unique names and IDs in order, and nothing else is taken', () => {
    const id = fc.constantFrom(ID, OTHER, idOf(1), ID.toUpperCase(), 'x')
    const name = fc.constantFrom('', 'a: ', 'A: ', 'b :', ': ', 'é: ', 'x/y: ')
    const number = fc.constantFrom('', '/1', '/latest', '/0', '/')
    const line = fc.tuple(name, id, number).map(parts => parts.join(''))
    fc.assert(
      fc.property(fc.array(line, { maxLength: 22 }), given => {
        const { builds, problems } = parseBuildLines(given.join('\n'))
        if (problems.length > 0) return
        expect(builds.map(({ jobId }) => jobId)).toEqual(given.map(one => /[0-9a-zA-Z]{32}/.exec(one)?.[0]))
        expect(new Set(builds.map(one => one.jobId)).size).toBe(builds.length)
        expect(new Set(builds.map(one => one.name.toLowerCase())).size).toBe(builds.length)
      }),
    )
  })
})

describe('beside build_no and commit', () => {
  const read = (values: InputValues): ReturnType<typeof readInputs> =>
    withEnvironment(mainJobInputs(values), readInputs)
  const numbersOf = (values: InputValues): unknown => {
    const result = read(values)
    return result.ok ? result.inputs.builds.map(({ buildNo }) => buildNo) : result.problems.map(rawText)
  }
  const two = `${ID}/33\n${OTHER}`
  const missing: unknown = expect.stringMatching(/^build_no is missing: /)

  test.each<[string, InputValues, unknown]>([
    ['a line without a number needs one', { job_id: two, build_no: '' }, [missing]],
    [
      'two without a number are not offered what is then refused',
      { job_id: `${ID}\n${OTHER}`, build_no: '' },
      ['build_no is missing: give latest, or a number for each build in job_id (ID/NUMBER), or commit'],
    ],
    ['or the commit', { job_id: two, build_no: '', commit: 'abcdef0' }, [33, undefined]],
    ['or latest, which is for those that have none', { job_id: two, build_no: 'latest' }, [33, 'latest']],
    [
      'lines with numbers need nothing',
      { job_id: `${ID}/33\n${OTHER}/latest`, build_no: '' },
      [33, 'latest'],
    ],
    [
      'a number is refused beside several',
      { job_id: two, build_no: '7' },
      ['build_no must be latest with several builds, not 7: write numbers into job_id, as ID/NUMBER'],
    ],
    [
      'and beside the number of the only line',
      { job_id: `${ID}/33`, build_no: '33' },
      ['build_no must be left out where job_id has a number, not 33'],
    ],
    ['one line may have its number', { job_id: `${ID}/33`, build_no: '' }, [33]],
    ['one line may have a name', { job_id: `backend: ${ID}`, build_no: '7' }, [7]],
    [
      'a bad line does not hide that the number is missing',
      { job_id: 'x', build_no: '' },
      [expect.stringMatching(/^job_id must be .*, not "x"$/), missing],
    ],
    [
      'a bad line with a number does not miss one',
      { job_id: 'x/33', build_no: '' },
      [expect.stringMatching(/^job_id must be .*, not "x\/33"$/)],
    ],
  ])('%s', (_, values, expected) => {
    expect(numbersOf(values)).toEqual(expected)
  })
})
