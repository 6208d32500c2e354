import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { readPage } from '../support/markdown-page.ts'

// The recipe that deploys exactly what was built, run as GitHub's runner does. It needs jq, which every hosted runner has.

const folder = mkdtempSync(join(tmpdir(), 'artifacts-recipe-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

interface Step {
  readonly name: string
  readonly env?: Readonly<Record<string, string>>
  readonly run?: string
}

/** @returns the script that deploys the image. */
function script(): string {
  const [block] = readPage('docs/recipes.md').codeBlocks.filter(({ code }) =>
    code.includes('artifacts: true'),
  )
  const steps = parse(block?.code ?? '') as readonly Step[]
  const step = steps.find(({ env = {} }) => 'ARTIFACTS' in env)
  expect(step?.env).toEqual({ ARTIFACTS: '${{ steps.gate.outputs.artifacts }}' })
  expect(steps.map(({ run = '' }) => run).join()).not.toContain('${{')
  return step?.run ?? ''
}

/** Runs the script on the output. @returns its exit code, and what it printed on stdout. */
function deploy(artifacts: string): Promise<readonly [exitCode: unknown, stdout: string]> {
  return new Promise(resolve => {
    const env = { PATH: process.env['PATH'], ARTIFACTS: artifacts }
    execFile('bash', ['-e', '-c', script()], { cwd: folder, env }, (error, stdout) => {
      resolve([error === null ? 0 : error.code, stdout])
    })
  })
}

const image = (uri: string) => ({ kind: 'image', name: 'n', version: '', type: '', uri })
const PACKAGE = { kind: 'package', name: '"; touch name; "', version: '', type: '', uri: '$(touch uri)' }

test.each(['swr.example.com/octo/app:4.2.1', `localhost:5000/app@sha256:${'0'.repeat(64)}`])(
  'the image %s is deployed',
  async uri => {
    const shown = [0, `Deploying ${uri}\n`]
    expect(await deploy(JSON.stringify([PACKAGE, image(uri), PACKAGE]))).toEqual(shown)
  },
)

test.each([
  '[]',
  '',
  '{',
  JSON.stringify([PACKAGE]),
  JSON.stringify([image('a/b'), image('c/d')]),
  ...['', '--all', '$(touch uri)', 'a;touch uri', 'a\nb', 'a\n', 'a b', "a'b", 'a`touch uri`', 'É'].map(uri =>
    JSON.stringify([image(uri)]),
  ),
])('nothing is deployed of %s', async artifacts => {
  const [exitCode, stdout] = await deploy(artifacts)
  expect([exitCode === 0, stdout]).toEqual([false, ''])
  for (const name of ['uri', 'name']) expect(existsSync(join(folder, name))).toBe(false)
})
