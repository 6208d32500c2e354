import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { expect, test } from '@jest/globals'
import { preloads } from '../support/preloads/preloads.ts'

// What people start by hand.

const ROOT = join(import.meta.dirname, '../..')
const ENV = { PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` }

type Started = ChildProcessByStdio<null, Readable, Readable>

/** The time of the fake service, ten times as fast: its builds need not be waited for. */
const FAST_TIME = `data:text/javascript,${encodeURIComponent(`
  const now = Date.now
  const startMs = now()
  Date.now = () => startMs + (now() - startMs) * 10`)}`

function start(command: string, parameters: readonly string[], env: NodeJS.ProcessEnv = {}): Started {
  return spawn(command, parameters, { cwd: ROOT, env: { ...ENV, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
}

/** @returns all that it prints, and its exit code. */
async function endOf(child: Started): Promise<{ text: string; exitCode: unknown }> {
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (piece: string) => {
      text += piece
    })
  const [exitCode] = (await once(child, 'close')) as unknown[]
  return { text, exitCode }
}

test.concurrent.each([
  ['tools/demo/main.ts', 'npm start'],
  ['tools/demo/waiting.ts', 'npm run demo:wait'],
  ['tools/fake-service/main.ts', 'npm run fake-service'],
])('%s explains itself, and refuses what it does not know', async (script, command) => {
  const help = await endOf(start(process.execPath, [script, '--help']))
  expect([help.exitCode, help.text]).toEqual([0, expect.stringContaining(command)])
  const wrong = await endOf(start(process.execPath, [script, '--wrong']))
  expect([wrong.exitCode === 0, wrong.text]).toEqual([false, expect.stringContaining("'--wrong'")])
})

test.concurrent('the fake service prints a line that runs the gate against it', async () => {
  const service = start(process.execPath, ['--import', FAST_TIME, 'tools/fake-service/main.ts'])
  try {
    let text = ''
    for await (const piece of service.stdout.setEncoding('utf8')) {
      text += String(piece)
      if (/^ {2}env .*\n/m.test(text)) break
    }
    const [line = ''] = /^ {2}env .*$/m.exec(text) ?? []
    const env = { NODE_OPTIONS: `--import ${preloads.shortenTime}`, TEST_TIME_FACTOR: '10' }
    const run = await endOf(start('sh', ['-c', line], env))
    expect([run.exitCode, run.text]).toEqual([0, expect.stringMatching(/passes.*SUCCESS/)])
  } finally {
    service.kill()
  }
})
