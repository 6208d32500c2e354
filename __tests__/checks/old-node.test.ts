// Runs dist/ on old versions of Node, which npm brings into a cache folder outside of the tree.
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { tokenOf } from '../../tools/fake-service/credentials.ts'
import { scenarioOf } from '../../tools/fake-service/scenarios/index.ts'
import { startFakeService } from '../../tools/fake-service/server.ts'

const CACHE = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'codearts-build-gate-nodes')
const PACKAGE = `node-${process.platform}-${process.arch}`

/** @returns the file of this version of Node. */
function nodeOf(version: string): string {
  const folder = join(CACHE, version)
  const file = join(folder, 'node_modules', PACKAGE, 'bin/node')
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true })
    const options = ['--no-audit', '--no-fund', '--no-save', '--ignore-scripts', '--prefix', folder]
    execFileSync('npm', ['install', ...options, `${PACKAGE}@${version}`], { cwd: folder, stdio: 'ignore' })
  }
  return file
}

test.each(['16.20.2', '18.20.8', '20.2.0'])('Node %s is refused in one line, by both actions', version => {
  const node = nodeOf(version)
  const folder = mkdtempSync(join(tmpdir(), 'old-node-'))
  const words = `Node ${version} is too old; run this step with Node 20.3 or later (it ran with ${node})`
  try {
    for (const entry of ['dist/index.js', 'dist/start/index.js'])
      for (const [GITHUB_ACTIONS, line] of [
        ['true', `::error title=CodeArts Build::${words}\n`],
        ['', `Error: CodeArts Build: ${words}\n`],
      ] as const) {
        const file = join(folder, 'output')
        writeFileSync(file, '')
        const env = { GITHUB_ACTIONS, GITHUB_OUTPUT: file, GITHUB_STEP_SUMMARY: file }
        const { status, stdout, stderr } = spawnSync(node, [entry], { env, encoding: 'utf8' })
        expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: line, stderr: '' })
        expect(readFileSync(file, 'utf8')).toBe('')
      }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('Node 20.3.0 is not refused', async () => {
  await using service = await startFakeService()
  const { jobId, buildNo } = scenarioOf('success')
  const env = {
    INPUT_JOB_ID: jobId,
    INPUT_BUILD_NO: String(buildNo),
    INPUT_TOKEN: tokenOf('valid'),
    INPUT_ENDPOINT: service.url,
  }
  // Rejects for any exit code but 0.
  const { stdout } = await promisify(execFile)(nodeOf('20.3.0'), ['dist/index.js'], { env })
  expect(stdout).toContain(`Build ${buildNo} `)
})
