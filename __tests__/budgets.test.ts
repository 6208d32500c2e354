import { execFileSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { waitAnHour } from '../tools/bench/long-wait.ts'
import { startService, type Service } from '../tools/bench/service.ts'
import { BUDGETS, distBytes, downloadedTarball } from '../tools/bench/sizes.ts'
import { runAction, type RunOptions } from '../tools/runner/run-action.ts'
import { tokenOf } from '../tools/stand-in/credentials.ts'
import { scenarioOf } from '../tools/stand-in/scenarios/index.ts'
import { startStandIn } from '../tools/stand-in/server.ts'
import { createTestAuthority } from './support/certificates.ts'

const MEBIBYTE = 1024 * 1024

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'budgets-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

/** Runs an action for the finished build of the service. */
function ask({ url, jobId, buildNo }: Service, options: RunOptions = {}) {
  const inputs = { job_id: jobId, build_no: String(buildNo), token: tokenOf('valid'), endpoint: url }
  return runAction({ inputs, killAfterMs: 15_000, ...options })
}

describe('the tree that a runner downloads', () => {
  let tree: string
  beforeAll(async () => {
    tree = await mkdtemp(join(folder, 'tree-'))
    execFileSync('tar', ['--extract', '--gzip', '--directory', tree], { input: downloadedTarball() })
  })

  test('holds what an action needs and nothing else', async () => {
    const entries = await readdir(tree, { recursive: true, withFileTypes: true })
    const files = entries.filter(entry => !entry.isDirectory())
    expect(files.map(({ parentPath, name }) => join(parentPath, name).slice(tree.length + 1)).sort()).toEqual(
      ['LICENSE', 'README.md', 'action.yml', 'dist/index.js', 'dist/licenses.txt', 'dist/package.json'],
    )
    expect(await readFile(join(tree, 'action.yml'), 'utf8')).toMatch(/^ {2}main: dist\/index\.js$/m)
  })

  test('passes a build that passed, by itself', async () => {
    await using service = await startService()
    const run = await ask(service, { entry: join(tree, 'dist/index.js') })
    expect(run).toMatchObject({ exitCode: 0, stderr: '' })
    expect(run.outputs.get('success')).toBe('true')
  })

  test('fails a build that failed, by itself, and says why', async () => {
    await using standIn = await startStandIn()
    const { jobId, buildNo } = scenarioOf('failure')
    const run = await runAction({
      entry: join(tree, 'dist/index.js'),
      inputs: { job_id: jobId, build_no: String(buildNo), token: tokenOf('valid'), endpoint: standIn.url },
    })
    expect(run).toMatchObject({ exitCode: 1, stderr: '' })
    expect(run.outputs.get('reason')).toBe('failed')
    expect(run.log).toContain('Stages: ')
  })
})

describe('bytes', () => {
  test('of dist/ are within the budget', () => {
    expect(distBytes()).toBeLessThanOrEqual(BUDGETS.dist)
  })

  test('of the download are within the budget', () => {
    expect(downloadedTarball().length).toBeLessThanOrEqual(BUDGETS.download)
  })

  test('of the script are one for each character', async () => {
    expect(await readFile('dist/index.js', 'latin1')).toMatch(/^[\0-\x7f]+$/)
  })
})

describe('a finished build', () => {
  test('costs one request over one connection', async () => {
    await using service = await startService()
    expect(await ask(service)).toMatchObject({ exitCode: 0 })
    expect(service.seen).toEqual({ requests: 1, connections: 1 })
  })

  test('costs the same over TLS', async () => {
    await using authority = await createTestAuthority()
    await using service = await startService(await authority.issue())
    expect(await ask(service, { env: { NODE_EXTRA_CA_CERTS: authority.caFile } })).toMatchObject({
      exitCode: 0,
    })
    expect(service.seen).toEqual({ requests: 1, connections: 1 })
  })

  test('loads no module of Node that a bare script for the same request does not load', async () => {
    await using service = await startService()
    const list = join(folder, 'modules')
    const preload = join(folder, 'preload.mjs')
    await writeFile(
      preload,
      `process.on('exit', () => {
        process.getBuiltinModule('node:fs').writeFileSync(${JSON.stringify(list)}, process.moduleLoadList.join('\\n'))
      })`,
    )
    const modulesOf = async (options: RunOptions): Promise<string[]> => {
      expect(await ask(service, { imports: [preload], ...options })).toMatchObject({ exitCode: 0 })
      const loaded = (await readFile(list, 'utf8')).split('\n')
      return loaded
        .filter(name => name.startsWith('NativeModule '))
        .map(name => name.slice('NativeModule '.length))
    }

    const gate = await modulesOf({})
    const url = `${service.url}/v3/jobs/${service.jobId}/${service.buildNo}/record-info`
    const bare = new Set(await modulesOf({ entry: await bareScript(url), env: { TOKEN: tokenOf('valid') } }))
    expect(gate.filter(name => !bare.has(name))).toEqual([])
  })

  /** @returns the bare script of the benchmark with its argument in it. */
  async function bareScript(url: string): Promise<string> {
    const file = join(folder, 'bare.mjs')
    const script = await readFile('tools/bench/bare.mjs', 'utf8')
    await writeFile(file, script.replace('process.argv[2]', JSON.stringify(url)))
    return file
  }
})

describe('an hour of waiting with the shortest pauses', () => {
  test('uses one connection, and leaves no memory behind', async () => {
    const { reason, requests, connections, heapBytes } = await waitAnHour()
    expect(reason).toBe('wait_timeout')
    // One a second, a tenth of each pause left to chance.
    expect(requests).toBeGreaterThanOrEqual(3_600)
    expect(requests).toBeLessThanOrEqual(4_010)
    expect(connections).toBe(1)
    expect(heapBytes.after - heapBytes.before).toBeLessThan(2 * MEBIBYTE)
  }, 120_000)
})
