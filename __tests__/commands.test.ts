import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as core from '@actions/core'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { appendOutputs, printCommand, printLine } from '../src/report/commands.ts'
import { parseOutputFile } from '../tools/runner/output-file.ts'
import { fc } from './support/properties.ts'

const NAMES = ['add-mask', 'debug', 'endgroup', 'error', 'group', 'warning'] as const

/** What a runner takes apart, and what might be taken for it. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '%',
        '\r',
        '\n',
        ':',
        ',',
        '::',
        '%0A',
        '=',
        ' ',
        'é',
        '构建',
        '😀',
        '<<',
        'ghadelimiter_',
      ),
    )
    .map(parts => parts.join('')),
)

let folder: string
let file: string
const gitHubOutput = process.env['GITHUB_OUTPUT']

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'commands-'))
  file = join(folder, 'output')
  process.env['GITHUB_OUTPUT'] = file
})

afterAll(() => {
  if (gitHubOutput === undefined) delete process.env['GITHUB_OUTPUT']
  else process.env['GITHUB_OUTPUT'] = gitHubOutput
  rmSync(folder, { recursive: true })
})

describe('a line of the log is, byte for byte, what the toolkit prints', () => {
  test('for a command', () => {
    fc.assert(
      fc.property(fc.constantFrom(...NAMES), text, fc.oneof(fc.constant(''), text), (name, words, title) => {
        expect(
          printedBy(() => {
            ours(name, words, title)
          }),
        ).toBe(
          printedBy(() => {
            toolkit(name, words, title)
          }),
        )
      }),
      { numRuns: 2_000 },
    )
  })

  test('for a line without a command', () => {
    fc.assert(
      fc.property(text, words => {
        expect(
          printedBy(() => {
            printLine(words)
          }),
        ).toBe(
          printedBy(() => {
            core.info(words)
          }),
        )
      }),
    )
  })
})

describe('outputs', () => {
  test('are, but for the delimiter, what the toolkit writes', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('status', 'commit', 'record'), text), outputs => {
        const written = writtenBy(() => {
          appendOutputs(file, outputs)
        })
        const theirs = writtenBy(() => {
          for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value.toWellFormed())
        })
        expect(withOneDelimiter(written)).toBe(withOneDelimiter(theirs))
      }),
      { numRuns: 500 },
    )
  })

  test('are read as they were given, whatever is in them', () => {
    fc.assert(
      fc.property(text, text, (commit, status) => {
        const written = writtenBy(() => {
          appendOutputs(file, { commit, status, success: 'false' })
        })
        expect(parseOutputFile(written)).toEqual([
          { name: 'commit', value: commit.toWellFormed() },
          { name: 'status', value: status.toWellFormed() },
          { name: 'success', value: 'false' },
        ])
      }),
      { numRuns: 500 },
    )
  })

  test('have a delimiter that no earlier one gives away', () => {
    const delimiters = [1, 2].map(
      () =>
        /<<(\S+)/.exec(
          writtenBy(() => {
            appendOutputs(file, { status: '' })
          }),
        )?.[1],
    )
    expect(delimiters[0]).toMatch(/^ghadelimiter_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect(delimiters[1]).not.toBe(delimiters[0])
  })

  test('are added to what is there', () => {
    writeFileSync(file, 'before=1\n')
    appendOutputs(file, { status: 'SUCCESS' })
    expect(readFileSync(file, 'utf8')).toMatch(/^before=1\nstatus<</)
  })

  test('want the file that the runner has made', () => {
    expect(() => {
      appendOutputs(join(folder, 'missing'), { status: 'SUCCESS' })
    }).toThrow('missing')
  })
})

type Command = (typeof NAMES)[number]

function toolkit(name: Command, words: string, title: string): void {
  const properties = title === '' ? {} : { title }
  const print: Readonly<Record<Command, () => void>> = {
    'add-mask': () => {
      core.setSecret(words)
    },
    debug: () => {
      core.debug(words)
    },
    endgroup: () => {
      core.endGroup()
    },
    error: () => {
      core.error(words, properties)
    },
    group: () => {
      core.startGroup(words)
    },
    warning: () => {
      core.warning(words, properties)
    },
  }
  print[name]()
}

/** The same through this project's own function; the toolkit gives a title and a text to some of them alone. */
function ours(name: Command, words: string, title: string): void {
  const isTitled = name === 'error' || name === 'warning'
  printCommand(name, name === 'endgroup' ? '' : words, isTitled ? title : '')
}

function printedBy(print: () => void): string {
  let printed = ''
  const stdout = jest.spyOn(process.stdout, 'write').mockImplementation(piece => {
    printed += String(piece)
    return true
  })
  try {
    print()
  } finally {
    stdout.mockRestore()
  }
  return printed
}

function writtenBy(write: () => void): string {
  writeFileSync(file, '')
  write()
  return readFileSync(file, 'utf8')
}

/** The delimiters of a file, which are new each time, all replaced by one. */
function withOneDelimiter(written: string): string {
  return written.replace(/ghadelimiter_[0-9a-f]{8}-[0-9a-f-]{27}/g, 'DELIMITER')
}
