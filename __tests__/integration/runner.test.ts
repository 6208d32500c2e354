import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { refusalOf } from '../../tools/runner/check-node.js'
import { inputVariables } from '../../tools/runner/inputs.ts'
import { LineMerger } from '../../tools/runner/line-merger.ts'
import { annotations, findCommands } from '../../tools/runner/log-commands.ts'
import { parseOutputFile } from '../../tools/runner/output-file.ts'
import { runAction } from '../../tools/runner/run-action.ts'
import { masked } from '../../tools/runner/shown-log.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runner-test-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** Writes a file of its own for a test. */
async function fileWith(name: string, text: string): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, text)
  return file
}

describe('the file of outputs', () => {
  test.each([
    ['a pair', 'a=1\n', [['a', '1']]],
    ['a value with = and <<', 'a=b=c<<d\n', [['a', 'b=c<<d']]],
    ['an empty value', 'a=\n', [['a', '']]],
    ['no line end at the end', 'a=1', [['a', '1']]],
    ['a CR, which is no line end', 'a=1\rb=2\r\n', [['a', '1\rb=2\r']]],
    [
      'a heredoc',
      'a<<E\nx\n\ny=1\nE\nb=2\n',
      [
        ['a', 'x\n\ny=1'],
        ['b', '2'],
      ],
    ],
    ['an empty heredoc', 'a<<E\nE\n', [['a', '']]],
    ['a heredoc of one empty line', 'a<<E\n\n\nE\n', [['a', '\n']]],
    ['a heredoc with CRLF', 'a<<E\nx\r\nE\n', [['a', 'x\r']]],
    ['a line that only begins with the delimiter', 'a<<E\nE \nE\n', [['a', 'E ']]],
    ['a name with = after <<', 'a<<E=F\nx\nE=F\n', [['a', 'x']]],
    [
      'one name twice',
      'a=1\na=2\n',
      [
        ['a', '1'],
        ['a', '2'],
      ],
    ],
    ['empty lines', '\n\na=1\n\n', [['a', '1']]],
  ])('takes %s', (_, text, expected) => {
    expect(parseOutputFile(text).map(({ name, value }) => [name, value])).toEqual(expected)
  })

  test.each([
    ['a word alone', 'word\n'],
    ['no name', '=1\n'],
    ['a heredoc without a name', '<<E\nE\n'],
    ['a heredoc without a delimiter', 'a<<\n\n'],
    ['a heredoc that does not end', 'a<<E\nx\n'],
    ['a delimiter that ends in CR', 'a<<E\nx\nE\r\n'],
  ])('refuses %s', (_, text) => {
    expect(() => parseOutputFile(text)).toThrow('The runner refuses the line')
  })
})

describe('the commands in a log', () => {
  const names = (log: string) => findCommands(log).map(({ name }) => name)

  test.each([
    ['at the start of a line', '::error::x', ['error']],
    ['after blanks as .NET has them', '\u0085\u00a0\u3000\u2028\t ::error::x', ['error']],
    ['not after U+FEFF, which is no blank there', '\ufeff::error::x', []],
    ['not within a line', 'x ::error::y', []],
    ['not without the second pair of colons', '::error', []],
    ['in any case', '::ERROR::x', ['error']],
    ['not under another name', '::errors::x', []],
    ['after CR, CRLF and LF', 'a\r::error::1\r\n::notice::2\n::debug::3', ['error', 'notice', 'debug']],
    ['in brackets, anywhere', 'text ##[group]x', ['group']],
    ['in the first brackets alone', '##[x]##[group]y', []],
    ['in brackets after colons that are no command', '::x::##[warning]y', ['warning']],
  ])('count %s', (_, log, expected) => {
    expect(names(log)).toEqual(expected)
  })

  test('have their properties and data unescaped', () => {
    expect(findCommands('::error title=a%3Ab%2Cc%250A,file= d,line=::1%0A2%253A%0D%3A')).toEqual([
      {
        name: 'error',
        properties: new Map([
          ['title', 'a:b,c%0A'],
          ['file', ' d'],
        ]),
        data: '1\n2%3A\r%3A',
        lineNumber: 1,
      },
    ])
    expect(findCommands('\nx ##[error title=a%3Bb;file=c]d%5D%0A')).toEqual([
      {
        name: 'error',
        properties: new Map([
          ['title', 'a;b'],
          ['file', 'c'],
        ]),
        data: 'd]\n',
        lineNumber: 2,
      },
    ])
  })

  test('stop at stop-commands and go on at its token', () => {
    const log = '::stop-commands::T0ken\n::error::1\n::stop-commands::x\n::t0ken::\n::error::2\n::t0ken::'
    expect(findCommands(log).map(({ name, data }) => [name, data])).toEqual([
      ['stop-commands', 'T0ken'],
      ['t0ken', ''],
      ['error', '2'],
    ])
  })

  test('make annotations', () => {
    expect(annotations('::error title=T::m\n::debug::x\n##[warning]w\n::notice::n')).toEqual([
      { level: 'error', title: 'T', message: 'm' },
      { level: 'warning', title: '', message: 'w' },
      { level: 'notice', title: '', message: 'n' },
    ])
  })
})

describe('what a person sees', () => {
  test('masks hide a secret after them, whole and line by line, and show nothing themselves', () => {
    const log = 'abc\n::add-mask::abc%0Adef\nabc def abcabc\n::error::x def\n::set-output name=a::b\n'
    expect(masked(log)).toBe('abc\n*** *** ***\nError: x ***\n')
  })

  test('masks that overlap leave nothing of either', () => {
    expect(masked('::add-mask::abcd\n::add-mask::cdef\nxabcdefx')).toBe('x***x\n')
  })

  test('an empty mask hides nothing', () => {
    expect(masked('::add-mask:: \na b')).toBe('a b\n')
  })

  test('debug lines show only with step debug logging', () => {
    expect(masked('::debug::d\nx')).toBe('x\n')
    expect(masked('::debug::d\nx', { debug: true })).toBe('##[debug]d\nx\n')
  })
})

test('two streams make one log without a torn line', () => {
  const merger = new LineMerger()
  merger.add('stdout', 'a')
  merger.add('stderr', '1\r')
  merger.add('stdout', 'b\nc')
  merger.add('stderr', '\n2\n')
  expect(merger.finish()).toBe('ab\n1\r\n2\nc')
})

describe('inputs', () => {
  test('a declared input that is not given has its default, or is empty; one that is given stays, even empty', async () => {
    const file = await fileWith(
      'action.yml',
      'inputs:\n  a: { default: true }\n  b c: { required: true }\n  d: { default: "x" }\n  e: {}\n',
    )
    expect(await inputVariables({ D: '', 'b c': '1', other: '2' }, file)).toEqual({
      INPUT_A: 'true',
      INPUT_B_C: '1',
      INPUT_D: '',
      INPUT_E: '',
      INPUT_OTHER: '2',
    })
  })

  test('without action.yml only what is given is there', async () => {
    expect(await inputVariables({ a: '1' }, join(folder, 'missing.yml'))).toEqual({ INPUT_A: '1' })
  })
})

describe('a run', () => {
  test('has the environment of the runner and no more, and gives back what it left', async () => {
    const entry = await fileWith(
      'entry.mjs',
      `import { appendFileSync } from 'node:fs'
       appendFileSync(process.env.GITHUB_OUTPUT, 'a=1\\nb=2\\na=3\\n')
       appendFileSync(process.env.GITHUB_STEP_SUMMARY, '# s')
       appendFileSync(process.env.GITHUB_STATE, 't=u\\n')
       console.log(JSON.stringify(Object.keys(process.env).filter(name => !name.startsWith('INPUT_')).sort()))
       console.error(process.env.INPUT_JOB_ID, globalThis.preloaded)
       process.exitCode = 7`,
    )
    const preload = await fileWith('preload.mjs', 'globalThis.preloaded = 1')
    const run = await runAction({
      entry,
      inputs: { job_id: 'x' },
      env: { HOME: undefined, EXTRA: 'y' },
      debug: true,
      imports: [preload],
      measureMemory: true,
    })
    expect(run).toMatchObject({ exitCode: 7, signal: null, stderr: 'x 1\n', summary: '# s', state: 't=u\n' })
    expect(JSON.parse(run.stdout)).toEqual([
      'EXTRA',
      'GITHUB_ACTIONS',
      'GITHUB_ENV',
      'GITHUB_OUTPUT',
      'GITHUB_STATE',
      'GITHUB_STEP_SUMMARY',
      'PATH',
      'RUNNER_DEBUG',
    ])
    expect([...run.outputs]).toEqual([
      ['a', '3'],
      ['b', '2'],
    ])
    expect(run.outputNames).toEqual(['a', 'b', 'a'])
    expect(run.log.split('\n').sort()).toEqual(`${run.stdout}${run.stderr}`.split('\n').sort())
    expect(run.peakMemoryBytes).toBeGreaterThan(10 * 1024 * 1024)
  })

  test('ends when it is killed', async () => {
    const entry = await fileWith('forever.mjs', 'setInterval(() => {}, 1000)')
    expect(await runAction({ entry, killAfterMs: 300, measureMemory: true })).toMatchObject({
      exitCode: null,
      signal: 'SIGKILL',
      peakMemoryBytes: undefined,
    })
  })

  test('is an error when the runner would refuse its outputs', async () => {
    const entry = await fileWith(
      'malformed.mjs',
      `import { writeFileSync } from 'node:fs'
       writeFileSync(process.env.GITHUB_OUTPUT, 'word')`,
    )
    await expect(runAction({ entry })).rejects.toThrow('The runner would fail the step')
  })

  test('is an error, not a red step, when the action is not there', async () => {
    await expect(runAction({ entry: join(folder, 'missing.mjs') })).rejects.toThrow('There is no action at')
  })

  test("is refused on any Node but the runner's", () => {
    expect(refusalOf('24.0.0')).toBeUndefined()
    expect(refusalOf('20.20.2')).toContain('npm')
    expect(refusalOf('240.0.0')).toContain('This is Node 240.0.0')
  })
})
