import { execFileSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startService, type Service } from '../../tools/bench/service.ts'
import { BUDGETS, distBytes, downloadedTarball } from '../../tools/bench/sizes.ts'
import { runAction, type RunOptions } from '../../tools/runner/run-action.ts'
import { tokenOf } from '../../tools/fake-service/credentials.ts'
import { scenarioOf } from '../../tools/fake-service/scenarios/index.ts'
import { jobOf } from '../../tools/fake-service/scenarios/jobs.ts'
import { startFakeService } from '../../tools/fake-service/server.ts'
import { createTestAuthority } from '../../tools/runner/certificates.ts'

const MEBIBYTE = 1024 * 1024

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'budgets-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

/** What the gate is built on, and what it needs to know of lookups that are still open when it ends. */
const TOOLKIT = ['@actions/core', '@actions/http-client', 'node:dns'].map(name => import.meta.resolve(name))

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
      [
        'LICENSE',
        'README.md',
        'action.yml',
        'dist/index.js',
        'dist/licenses.txt',
        'dist/package.json',
        'dist/start/index.js',
        'dist/start/package.json',
        'start/action.yml',
      ],
    )
    expect(await readFile(join(tree, 'action.yml'), 'utf8')).toMatch(/^ {2}main: dist\/index\.js$/m)
    expect(await readFile(join(tree, 'start/action.yml'), 'utf8')).toMatch(
      /^ {2}main: \.\.\/dist\/start\/index\.js$/m,
    )
  })

  test('is the same where there is no Git, whatever else is in the folder', async () => {
    const copy = join(folder, 'without-git')
    await cp(tree, copy, { recursive: true })
    await cp('.gitattributes', join(copy, '.gitattributes'))
    for (const other of ['docs/page.md', 'node_modules/one.js', 'package.json']) {
      await mkdir(dirname(join(copy, other)), { recursive: true })
      await writeFile(join(copy, other), 'x')
    }
    expect(downloadedTarball(copy).equals(downloadedTarball())).toBe(true)
  })

  test('passes a build that passed, by itself', async () => {
    await using service = await startService()
    const run = await ask(service, { entry: join(tree, 'dist/index.js') })
    expect(run).toMatchObject({ exitCode: 0, stderr: '' })
    expect(run.outputs.get('success')).toBe('true')
  })

  test('starts a build, by itself', async () => {
    const job = jobOf('queues-runs-ends', Date.now())
    await using fakeService = await startFakeService({ jobs: [job] })
    const run = await runAction({
      action: 'start',
      entry: join(tree, 'dist/start/index.js'),
      inputs: { job_id: job.jobId, token: tokenOf('valid'), endpoint: fakeService.url },
    })
    expect(run).toMatchObject({ exitCode: 0, stderr: '' })
    expect(fakeService.starts).toHaveLength(1)
  })

  test('fails a build that failed, by itself, and says why', async () => {
    await using fakeService = await startFakeService()
    const { jobId, buildNo } = scenarioOf('failure')
    const run = await runAction({
      entry: join(tree, 'dist/index.js'),
      inputs: {
        job_id: jobId,
        build_no: String(buildNo),
        token: tokenOf('valid'),
        endpoint: fakeService.url,
      },
    })
    expect(run).toMatchObject({ exitCode: 1, stderr: '' })
    expect(run.outputs.get('reason')).toBe('failed')
    expect(run.log).toContain('Stages: ')
  })
})

describe('bytes', () => {
  test('of dist/ are within the budget', () => {
    expect(distBytes()).toBeLessThanOrEqual(BUDGETS.distBytes)
  })

  test('of the download are within the budget', () => {
    expect(downloadedTarball().length).toBeLessThanOrEqual(BUDGETS.downloadBytes)
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

  test('loads no module of Node that a bare script with the toolkit does not load', async () => {
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
    const bare = new Set(
      await modulesOf({ entry: await bareScript(url, TOOLKIT), env: { TOKEN: tokenOf('valid') } }),
    )
    expect(gate.filter(name => !bare.has(name))).toEqual([])
  })

  test('needs little more memory than a bare script', async () => {
    await using service = await startService()
    const url = `${service.url}/v3/jobs/${service.jobId}/${service.buildNo}/record-info`
    const bare = { entry: await bareScript(url), env: { TOKEN: tokenOf('valid') } }
    const peakOf = async (options: RunOptions): Promise<number> => {
      const peaks: number[] = []
      for (let index = 0; index < 5; index++)
        peaks.push((await ask(service, { ...options, measureMemory: true })).peakMemoryBytes ?? NaN)
      return peaks.sort((one, other) => one - other)[2] ?? NaN
    }
    expect((await peakOf({})) - (await peakOf(bare))).toBeLessThanOrEqual(BUDGETS.memoryAboveBareBytes)
  })

  /** @returns the bare script of the benchmark with its argument in it. */
  async function bareScript(url: string, imports: readonly string[] = []): Promise<string> {
    const file = join(folder, 'bare.mjs')
    const script = await readFile('tools/bench/bare.mjs', 'utf8')
    const loaded = imports.map(name => `import ${JSON.stringify(name)}\n`).join('')
    await writeFile(file, loaded + script.replace('process.argv[2]', JSON.stringify(url)))
    return file
  }
})

describe('memory', () => {
  const spelt = (count: number): string =>
    `[${Array.from({ length: count }, (_, at) => `${at}.50`).join(',')}]`
  const fields = (count: number): string =>
    Array.from({ length: count }, (_, at) => `"${`k${at}`.padEnd(12)}":${at}.50`).join(',')

  // Nothing that is read takes more once it is parsed.
  test.each([
    [
      'numbers that keep their spelling',
      `"more":${spelt(19_900)},"err_msg":"中${'x'.repeat(0.3 * MEBIBYTE)}"`,
    ],
    ['as many fields', fields(19_900)],
  ])(
    'for a failed build with 512 KiB each of record, stages and log, of %s, stays within 128 MiB',
    async (_, json) => {
      const ids = '"build_record_id":"0123456789abcdefghijklmnopqrstuvwxyz","build_no":61'
      const stages = `"build_stages":{"initial":{"status":"FAILURE","display_name":"one"}}`
      const body = `{"success":true,"status":"success","result":{"status":"FAILURE",${ids},${stages},${json}}}`
      expect(Buffer.byteLength(body)).toBeLessThan(0.5 * MEBIBYTE)
      await using fakeService = await startFakeService({ respond: () => ({ status: 200, body }) })
      const run = await runAction({
        inputs: {
          job_id: 'a'.repeat(32),
          build_no: '61',
          token: tokenOf('valid'),
          endpoint: fakeService.url,
        },
        killAfterMs: 15_000,
        measureMemory: true,
      })
      expect([run.exitCode, run.outputs.get('reason')]).toEqual([1, 'failed'])
      expect(run.log).toContain('Stages: one')
      expect(run.peakMemoryBytes).toBeLessThan(128 * MEBIBYTE)
    },
  )
})
