import * as core from '@actions/core'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createLog, mask } from '../../src/report/log.ts'
import { createOutputs } from '../../src/report/outputs.ts'
import { printedBy } from '../support/in-process/printed-by.ts'
import { stepOfOneBuild } from '../support/builders/step-result.ts'

// Why the toolkit is called with a guard: what it does where no runner has made the files or reads the log.

const VARIABLES = ['GITHUB_ACTIONS', 'GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY', 'RUNNER_DEBUG'] as const
const before = VARIABLES.map(name => [name, process.env[name]] as const)

beforeEach(() => {
  for (const name of VARIABLES) Reflect.deleteProperty(process.env, name)
})

afterEach(() => {
  for (const [name, value] of before) {
    if (value === undefined) Reflect.deleteProperty(process.env, name)
    else process.env[name] = value
  }
})

describe('without the file for outputs', () => {
  test('the toolkit prints a command with the value', () => {
    expect(
      printedBy(() => {
        core.setOutput('status', 'SUCCESS')
      }),
    ).toContain('::set-output name=status::SUCCESS')
  })

  test.each([undefined, ''])('nothing is printed and nothing fails (%j)', file => {
    if (file !== undefined) process.env['GITHUB_OUTPUT'] = file
    expect(
      printedBy(() => {
        const outputs = createOutputs()
        outputs.setResult(
          stepOfOneBuild({
            success: false,
            reason: 'failed',
            end: 'judged',
            problem: [],
            details: [],
            warnings: [],
          }),
        )
        outputs.succeed()
      }),
    ).toBe('')
  })
})

describe('where nobody obeys a mask', () => {
  test('the toolkit prints the secret', () => {
    expect(
      printedBy(() => {
        core.setSecret('s3cret')
      }),
    ).toContain('s3cret')
  })

  test.each([undefined, '', 'false', '1'])('nothing is printed (GITHUB_ACTIONS is %j)', value => {
    if (value !== undefined) process.env['GITHUB_ACTIONS'] = value
    expect(
      printedBy(() => {
        mask('s3cret')
      }),
    ).toBe('')
  })

  test('a runner gets the mask', () => {
    process.env['GITHUB_ACTIONS'] = 'true'
    expect(
      printedBy(() => {
        mask('s3cret')
      }),
    ).toBe('::add-mask::s3cret\n')
  })
})

describe('where nobody obeys a command', () => {
  test('the toolkit prints commands', () => {
    expect(
      printedBy(() => {
        core.error('x', { title: 't' })
        core.startGroup('x')
        core.debug('x')
      }),
    ).toBe('::error title=t::x\n::group::x\n::debug::x\n')
  })

  test('the log has plain text', () => {
    process.env['RUNNER_DEBUG'] = '1'
    const log = createLog(text => text)
    expect(
      printedBy(() => {
        log.error('t', { problem: ['x'], remedy: ['y'], details: [] })
        log.warning('t', { problem: ['x'], details: [] })
        log.startGroup('g')
        log.info('x')
        log.debug('x')
        log.endGroup()
        log.logLines('h', ['x'])
      }),
    ).toBe('Error: t: x. y.\nWarning: t: x\ng\nx\nDebug: x\nh\nx\n')
  })
})

describe('without the file for the summary', () => {
  test('the toolkit throws', async () => {
    await expect(core.summary.addRaw('x').write()).rejects.toThrow('GITHUB_STEP_SUMMARY')
    core.summary.emptyBuffer()
  })
})
