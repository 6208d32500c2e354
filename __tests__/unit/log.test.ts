import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { severalWords } from '../../src/gate/messages.ts'
import { createLog, mask } from '../../src/report/log.ts'
import { createRedactor } from '../../src/report/redact.ts'
import { createReport } from '../../src/report/report.ts'
import { escapeInvisible } from '../../src/report/sanitize.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { joined, LINE_END, message, quote, type Message, type Words } from '../../src/util/message.ts'
import { annotations, findCommands, readLog } from '../../tools/runner/log-commands.ts'
import { TEST_TOKEN } from '../support/builders/environment.ts'
import { hostileText } from '../support/builders/hostile-text.ts'
import { printedBy } from '../support/in-process/printed-by.ts'
import { fc } from '../support/properties.ts'
import { stepOfOneBuild } from '../support/builders/step-result.ts'

/** Contract section 4: as the toolkit writes them. The runner keeps 4,096. */
const MAX_ANNOTATION_CHARACTERS = 4_000

const before = ['GITHUB_ACTIONS', 'GITHUB_OUTPUT', 'RUNNER_DEBUG'].map(
  name => [name, process.env[name]] as const,
)

beforeEach(() => {
  process.env['GITHUB_ACTIONS'] = 'true'
  process.env['RUNNER_DEBUG'] = '1'
  Reflect.deleteProperty(process.env, 'GITHUB_OUTPUT')
})

afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) Reflect.deleteProperty(process.env, name)
    else process.env[name] = value
  }
})

const { add, redact } = createRedactor(() => undefined)
add(TEST_TOKEN)
const log = createLog(redact)

function words(problem: string | Message, remedy?: string, details?: string): Words {
  return {
    problem: typeof problem === 'string' ? [problem] : problem,
    remedy: remedy === undefined ? undefined : [remedy],
    details: details === undefined ? [] : [[details]],
  }
}

describe('under a runner', () => {
  test('each thing is its command', () => {
    const printed = printedBy(() => {
      mask('s3cret')
      log.startGroup('a group')
      log.info('a line')
      log.debug('50 %')
      log.endGroup()
      log.warning('title: a, b', words('careful'))
      log.error('title', words(message`it said "${quote('no')}"`, 'ask again'))
      log.logLines('the log', ['\u001b[31mred', '::error::x'])
    })
    expect(printed.split('\n')).toEqual([
      '::add-mask::s3cret',
      '::group::a group',
      'a line',
      '::debug::50 %25',
      '::endgroup::',
      '::warning title=title%3A a%2C b::careful',
      '::error title=title::it said "no". ask again.',
      '::group::the log',
      '\u001b[31mred\u001b[0m',
      '\\::error::x',
      '::endgroup::',
      '',
    ])
  })

  test.each([undefined, '', '0', 'true'])('there are no debug lines where RUNNER_DEBUG is %j', value => {
    if (value === undefined) Reflect.deleteProperty(process.env, 'RUNNER_DEBUG')
    else process.env['RUNNER_DEBUG'] = value
    expect(
      printedBy(() => {
        log.debug('x')
      }),
    ).toBe('')
  })
})

describe('problems on lines of their own', () => {
  const remote = '\n::error::x\r\n##[error]y\u2028z'
  const problems = joined(
    [
      message`wait must be true or false, not "${quote('yes')}"`,
      message`tag is "${quote(remote)}"`,
      ['::third'],
    ],
    LINE_END,
  )
  const lines = [
    'wait must be true or false, not "yes"',
    'tag is "\\n::error::x\\r\\n##\\[error]y\\u2028z"',
    '\\::third',
  ]

  test('are one annotation, in which no text from outside makes a line', () => {
    const printed = printedBy(() => {
      log.error('title', words(problems))
    })
    expect(printed).toBe(`::error title=title::${lines.join('%0A')}\n`)
    expect(annotations(printed)).toMatchObject([{ message: lines.join('\n') }])
  })

  test('are plain lines where no runner reads them', () => {
    process.env['GITHUB_ACTIONS'] = 'false'
    const printed = printedBy(() => {
      log.error('title', words(problems))
    })
    expect(printed).toBe(`Error: title: ${lines.join('\n')}\n`)
  })

  test('are lines of the summary, too', () => {
    const summary = renderSummary(
      stepOfOneBuild({
        success: false,
        reason: 'invalid_input',
        end: 'error',
        problem: problems,
        details: [],
        warnings: [],
      }),
      undefined,
      redact,
    )
    expect(summary).toContain('not <code>yes</code><br>\ntag is <code>')
    expect(summary).toContain('<br>\n::third')
    expect(summary).not.toMatch(/^(::|##\[)error/m)
  })
})

describe('whatever is said', () => {
  test('is one line, and commands nothing', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (text, other) => {
        const printed = printedBy(() => {
          log.info(text)
          log.info(message`${quote(text)}${quote(other)}`)
          log.debug(text)
          log.startGroup(text)
          log.error(text, words(text, other))
        })
        expect(readLog(printed)).toHaveLength(5)
        expect(findCommands(printed).map(({ name }) => name)).toEqual(['debug', 'group', 'error'])
        const [annotation] = annotations(printed)
        const end = escapeInvisible(other)
          .replace(/##(?=[a-z]*\[)/g, '##\\')
          .replace(/^(\s*)::/u, '$1\\::')
        expect([end, `${end}.`].some(one => annotation?.message.endsWith(one))).toBe(true)
      }),
      { numRuns: 500 },
    )
  })

  test('shows no secret, whatever is cut', () => {
    const printed = printedBy(() => {
      for (const text of [
        `${'x'.repeat(9_990)}${TEST_TOKEN}`,
        `${'x'.repeat(3_480)}${TEST_TOKEN}`,
        TEST_TOKEN,
      ]) {
        log.info(text)
        log.debug(message`${quote(text)}`)
        log.startGroup(text)
        log.warning(text, words(text, text))
        log.logLines(text, [text])
      }
    })
    for (let at = 0; at + 6 <= TEST_TOKEN.length; at++)
      expect(printed).not.toContain(TEST_TOKEN.slice(at, at + 6))
  })

  /** @returns the one annotation, and how long the toolkit wrote it. */
  function annotated(said: Words): { readonly text: string; readonly written: number } {
    const printed = printedBy(() => {
      log.error('t', said)
    })
    const [text = '', ...others] = annotations(printed).map(({ message: said }) => said)
    expect(others).toEqual([])
    return { text, written: printed.trimEnd().replace(/^::error title=t::/, '').length }
  }

  test.each([
    ['a long message', 'x'.repeat(100_000)],
    ['one that escapes make long', '\u202e'.repeat(3_000)],
    ['one of percent signs', '%'.repeat(10_000)],
    ['one of percent signs after a letter', `x${'%'.repeat(10_000)}`],
    ['one of pairs', `x${'😀'.repeat(5_000)}`],
  ])('fits into an annotation with its remedy: %s', (_, long) => {
    const { text, written } = annotated(words([quote(long, 50_000)], 'r'.repeat(1_000), 'd'))
    expect(written).toBeLessThanOrEqual(MAX_ANNOTATION_CHARACTERS)
    expect(written).toBeGreaterThan(MAX_ANNOTATION_CHARACTERS - 10)
    expect(text).toMatch(/… \(\d+ characters in all\)\.? r{1000}\.( \(d\))?$/)
  })

  test.each(['x', '%', '\u3164'])('is cut from its details: of %j', character => {
    const long = character.repeat(5_000)
    const { text, written } = annotated(words('m'.repeat(2_000), 'r'.repeat(1_000), long))
    expect(written).toBeLessThanOrEqual(MAX_ANNOTATION_CHARACTERS)
    expect(written).toBeGreaterThan(MAX_ANNOTATION_CHARACTERS - 10)
    expect(text).toMatch(/^m{2000}\. r{1000}\. \(.{100,}… \(\d+ characters in all\)\)$/)
    expect(annotated(words('m', 'r', 'd')).text).toBe('m. r. (d)')
    expect(annotated(words('m', undefined, 'd')).text).toBe('m. (d)')
    const without = annotated(words('m'.repeat(2_989), 'r'.repeat(1_000), long))
    expect(without.text).toBe(`${'m'.repeat(2_989)}. ${'r'.repeat(1_000)}.`)
  })

  test('has room for what happened, however much there is to do', () => {
    const { text, written } = annotated(words('m'.repeat(2_499), '%'.repeat(5_000)))
    expect(text).toMatch(/^m{2499}\. %{100,}… \(\d+ characters in all\)$/)
    expect(written).toBeLessThanOrEqual(MAX_ANNOTATION_CHARACTERS)
  })

  // Of the letters that a name may have, these take most room: nobody sees them, so they are shown as escapes.
  test.each(['\u3164', '\u115f', 'x', '构', '\ud801\udc00'])(
    'names all of 20 builds, named with %j',
    letter => {
      const names = Array.from(
        { length: 20 },
        (_, at) => `${at}${letter.repeat(Math.floor(38 / letter.length))}`,
      )
      const result = {
        success: false,
        reason: 'invalid_response',
        end: 'error',
        problem: ['p'],
        warnings: [],
      } as const
      const builds = names.map((name, at) => ({
        name,
        jobId: String(at),
        url: '',
        result: { ...result, details: [['y'.repeat(1_000)]], remedy: [`${at}${'x'.repeat(300)}`] },
      }))
      const { text } = annotated(severalWords(builds))
      names.forEach((_, at) => {
        expect(text).toContain(` ${at}${escapeInvisible(letter)}`)
      })
      expect(text.match(/ \(invalid_response\)/g)).toHaveLength(20)
    },
  )
})

describe('the report', () => {
  const result = {
    reason: 'failed',
    end: 'judged',
    problem: ['It failed'],
    remedy: ['Fix it'],
    details: [['build 1'], ['HTTP 500']],
    warnings: [['careful']],
  } as const

  test.each([
    ['an error', { ...result, success: false }, false, 'error', 'It failed. Fix it. (build 1; HTTP 500)'],
    [
      'a warning where the step passes',
      { ...result, success: false },
      true,
      'warning',
      'It failed. Fix it. The step passes, because fail_unless_success is false. (build 1; HTTP 500)',
    ],
  ])('says a failure once, as %s', (_, ended, warnOnly, level, said) => {
    const printed = printedBy(() => {
      createReport().end(stepOfOneBuild(ended), warnOnly)
    })
    expect(annotations(printed)).toEqual([
      { level: 'warning', title: 'CodeArts Build Gate', message: 'careful' },
      { level, title: 'CodeArts Build Gate: failed', message: said },
    ])
  })

  test('reports a crash once, and not where a failure was reported', () => {
    const crashed = printedBy(() => {
      const report = createReport()
      report.reportCrash('it fell over', new Error('it fell over'))
      report.reportCrash('again')
    })
    expect(annotations(crashed).map(({ message: said }) => said)).toEqual([
      'The gate ended unexpectedly. Please report it with the log of a run that has debug logging on. (it fell over)',
    ])
    expect(crashed).toContain('::debug::Error: it fell over')
    const failed = printedBy(() => {
      const report = createReport()
      report.end(stepOfOneBuild({ ...result, success: false, warnings: [] }), false)
      report.reportCrash('it fell over')
    })
    expect(annotations(failed).map(({ message: said }) => said)).toEqual([
      'It failed. Fix it. (build 1; HTTP 500)',
    ])
  })

  test.each([
    [
      { stages: [{ name: 'compile', status: 'FAILURE', duration: '1500' }], notices: [] },
      ['Stages: compile FAILURE 1.5 s'],
    ],
    [{ log: { lines: [], totalBytes: 0 }, notices: [] }, ['The log of the build is empty']],
    [
      { log: { lines: [], totalBytes: 9 }, notices: [] },
      ['The end of the build’s log (9 B in all) has only blank lines'],
    ],
    [
      { log: { lines: ['a', TEST_TOKEN], totalBytes: 9 }, notices: [] },
      ['::group::The last 2 lines of the build’s log (9 B in all)', 'a', '***', '::endgroup::'],
    ],
    [{ notices: [['::error::x']] }, ['\\::error::x']],
  ])('shows what is known of a failed build: %j', (diagnosis, lines) => {
    const printed = printedBy(() => {
      const report = createReport()
      report.addSecret(TEST_TOKEN)
      report.showDiagnoses(stepOfOneBuild({ ...result, success: false }), [diagnosis])
    })
    expect(printed.trimEnd().split('\n').slice(1)).toEqual(lines)
  })
})
