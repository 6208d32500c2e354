import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { INPUTS } from '../../src/inputs/action-inputs.ts'
import { OUTPUT_NAMES } from '../../src/report/outputs.ts'
import { readMetadata, withFreshLists, languageOf } from '../../tools/readme-tables.ts'
import { runAction, type ActionRun } from '../../tools/runner/run-action.ts'
import { tokenOf } from '../../tools/fake-service/credentials.ts'
import { scenarioOf } from '../../tools/fake-service/scenarios/index.ts'
import { jobOf } from '../../tools/fake-service/scenarios/jobs.ts'
import { CONNECTION_INPUTS, type InputDeclaration } from '../../src/inputs/input-reader.ts'
import { startFakeService } from '../../tools/fake-service/server.ts'
import { START_INPUTS } from '../../src/start/inputs.ts'
import { preloads } from '../support/preloads/preloads.ts'

const ROOT = join(import.meta.dirname, '../..')
const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const readme = textOf('README.md')
const metadata = readMetadata()

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort()

/** Every item of the generated list of a page: its name in backticks, and what stands between brackets behind it. */
function listOf(page: string, what: string): Map<string, string> {
  const [, list = ''] =
    new RegExp(`<!-- ${what} from action.yml -->(.*?)<!-- end of`, 's').exec(textOf(page)) ?? []
  const items = list.matchAll(/^- \*\*`([a-z_]+)`\*\*(?: \((.*?)\))?: \S/gm)
  return new Map(Array.from(items, ([, name = '', bracket = '']) => [name, bracket]))
}

describe('inputs', () => {
  test('are the same in action.yml, in the code, in the README and in the page of inputs', () => {
    const declared = Object.entries(metadata.inputs).map(([name, input]) => ({
      name,
      required: input.required ?? false,
      default: input.default,
    }))
    const coded = Object.entries(INPUTS).map(([name, input]) => ({
      name,
      required: 'required' in input,
      default: 'default' in input ? input.default : undefined,
    }))
    expect(declared).toEqual(coded)
    const shown = coded.map(({ name, required, default: value }) => [
      name,
      required ? 'required' : value === undefined ? '' : `default \`${value}\``,
    ])
    expect([...listOf('README.md', 'inputs in short,')]).toEqual(shown)
    expect([...listOf('docs/inputs.md', 'inputs')]).toEqual(shown)
  })

  test.each(Object.entries(metadata.inputs))(
    '%s says what it accepts, and whether it is required',
    (_, input) => {
      expect(input.description.trim()).toMatch(/^[A-Z].{20,}\.$/s)
      expect(typeof input.required).toBe('boolean')
      // The runner hands every default over as text.
      expect(['undefined', 'string']).toContain(typeof input.default)
      // A default would fill in what is required, and the author would never hear of it.
      expect(input.required === true && input.default !== undefined).toBe(false)
    },
  )
})

describe('outputs', () => {
  test('are the same in action.yml, in the code and in the page of outputs', () => {
    expect(OUTPUT_NAMES).toHaveLength(40)
    expect(sorted(Object.keys(metadata.outputs))).toEqual(sorted(OUTPUT_NAMES))
    expect([...listOf('docs/outputs.md', 'outputs').keys()]).toEqual(Object.keys(metadata.outputs))
    const [, section = ''] = /^## Outputs\n(.*?)^## /ms.exec(readme) ?? []
    const inReadme = Array.from(section.matchAll(/^- `(\w+)`: \S/gm), ([, name = '']) => name)
    expect(inReadme).toHaveLength(9)
    expect(inReadme.filter(name => !OUTPUT_NAMES.includes(name))).toEqual([])
  })

  test.each(Object.entries(metadata.outputs))('%s says what it holds', (_, { description }) => {
    expect(description.trim()).toMatch(/^[A-Z].{10,}\.$/s)
  })

  async function run(name: string, more: Readonly<Record<string, string>> = {}): Promise<ActionRun> {
    await using fakeService = await startFakeService()
    const { jobId, buildNo } = scenarioOf(name)
    const inputs = {
      job_id: jobId,
      build_no: String(buildNo),
      token: tokenOf('valid'),
      endpoint: fakeService.url,
    }
    return await runAction({ inputs: { ...inputs, ...more } })
  }

  test('the set that runs really set is the set declared', async () => {
    const runs = [
      await run('success'),
      await run('failure'),
      await run('extra-fields'),
      await run('camel-case'),
    ]
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 1, 0, 0])
    for (const { outputNames } of runs)
      expect(sorted(outputNames)).toEqual(sorted(Object.keys(metadata.outputs)))
  })

  test('without a record they are the five that every way out sets', async () => {
    for (const failed of [await run('unknown-build'), await run('html', { api_version: 'v9' })]) {
      expect(failed.exitCode).toBe(1)
      expect(sorted(failed.outputNames)).toEqual(['artifacts', 'builds', 'reason', 'success', 'url'])
    }
  })
})

const whole = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as Readonly<Record<string, unknown>>

describe('action.yml', () => {
  test('runs the committed dist/ on Node 24, with nothing before or after it', () => {
    expect(whole['runs']).toEqual({ using: 'node24', main: 'dist/index.js' })
    expect(existsSync(join(ROOT, 'dist/index.js'))).toBe(true)
  })

  test('has all that the marketplace asks for', () => {
    expect(Object.keys(whole).sort()).toEqual([
      'author',
      'branding',
      'description',
      'inputs',
      'name',
      'outputs',
      'runs',
    ])
    // The marketplace refuses a longer one.
    expect(String(whole['description']).length).toBeLessThan(125)
    expect(whole['branding']).toEqual({ icon: 'check-circle', color: 'red' })
  })
})

describe('start/action.yml', () => {
  const start = parse(readFileSync(join(ROOT, 'start/action.yml'), 'utf8')) as Readonly<
    Record<string, unknown>
  > &
    typeof metadata

  test('has the inputs that the code reads, which are those of the gate where they say who asks what', () => {
    expect(Object.entries(start.inputs).map(([name, { required }]) => [name, required])).toEqual(
      Object.entries(START_INPUTS).map(([name, input]) => [name, 'required' in input]),
    )
    const declared: Readonly<Record<string, InputDeclaration>> = START_INPUTS
    for (const [name, { description, default: fallback }] of Object.entries(start.inputs)) {
      expect(description.trim()).toMatch(/^[A-Z].{20,}\.$/s)
      expect([name, fallback]).toEqual([name, declared[name]?.default])
      if (Object.hasOwn(CONNECTION_INPUTS, name) && !['token', 'access_key'].includes(name))
        expect(description).toBe(metadata.inputs[name]?.description)
    }
  })

  test('has the outputs that runs set: those of the gate, and what became of the start', async () => {
    const names = Object.keys(start.outputs)
    expect(sorted(names)).toEqual(
      sorted([...new Set([...OUTPUT_NAMES, 'started', 'daily_build_number', 'url'])]),
    )
    for (const [name, { description }] of Object.entries(start.outputs)) {
      expect(description.trim()).toMatch(/^[A-Z].{10,}\.$/s)
      if (
        !['build_no', 'execution_id', 'success', 'reason', 'url'].includes(name) &&
        OUTPUT_NAMES.includes(name)
      )
        expect(description).toBe(metadata.outputs[name]?.description)
    }
    const job = jobOf('queues-runs-ends', Date.now())
    // Its builds queue and run a hundred times as fast, and a wait has pauses as short.
    const startMs = Date.now()
    const nowMs = () => startMs + 100 * (Date.now() - startMs)
    await using fakeService = await startFakeService({ jobs: [job], nowMs })
    const inputs = { job_id: job.jobId, token: tokenOf('valid'), endpoint: fakeService.url }
    const run = (more: Readonly<Record<string, string>>) =>
      runAction({ action: 'start', inputs: { ...inputs, ...more }, imports: [preloads.shortenTime] })
    expect(sorted((await run({ wait: 'true' })).outputNames)).toEqual(sorted(names))
    const ofStart = ['build_no', 'daily_build_number', 'execution_id', 'reason', 'started', 'success', 'url']
    expect(sorted((await run({})).outputNames)).toEqual(ofStart)
    for (const more of [{ token: tokenOf('expired') }, { tag: 'v1', branch: 'main' }])
      expect(sorted((await run(more)).outputNames)).toEqual(sorted(['builds', ...ofStart]))
  })

  test('alone writes to the service', () => {
    const [gate, starts] = ['dist/index.js', 'dist/start/index.js'].map(file =>
      readFileSync(join(ROOT, file), 'utf8'),
    )
    for (const path of ['job/execute', '/stop'])
      expect([path, gate?.includes(path), starts?.includes(path)]).toEqual([path, false, true])
  })

  test('runs the committed bundle on Node 24, with nothing before or after it', () => {
    expect(start['runs']).toEqual({ using: 'node24', main: '../dist/start/index.js' })
    expect(existsSync(join(ROOT, 'start', '../dist/start/index.js'))).toBe(true)
    expect(Object.keys(start).sort()).toEqual(Object.keys(whole).sort())
    expect(String(start['description']).length).toBeLessThan(125)
  })
})

describe('the README', () => {
  test('has a list that is out of date when action.yml changes', () => {
    const language = languageOf('README.md')
    expect(withFreshLists(readme, metadata, language)).toBe(readme)
    const changed = { ...metadata, inputs: { ...metadata.inputs, more: { description: 'Something more.' } } }
    expect(withFreshLists(readme, changed, language)).not.toBe(readme)
  })

  test('its workflows use no input and no output that is not declared', () => {
    const workflows = Array.from(readme.matchAll(/^```ya?ml\n(.*?)^```/gms), ([, yaml = '']) => yaml)
    expect(workflows.length).toBeGreaterThan(0)
    const usedOf = (action: string): string[] =>
      workflows.flatMap(yaml => inputsUsed(parse(yaml) as unknown, action))
    const used = usedOf('codearts-build-gate@')
    expect(usedOf('codearts-build-gate/start@').filter(name => !Object.hasOwn(START_INPUTS, name))).toEqual(
      [],
    )
    expect(used).toContain('job_id')
    expect(used.filter(name => !Object.hasOwn(INPUTS, name))).toEqual([])
    const read = workflows.flatMap(yaml =>
      Array.from(yaml.matchAll(/steps\.gate\.outputs\.(\w+)/g), ([, name = '']) => name),
    )
    expect(read).toContain('commit')
    expect(read.filter(name => !OUTPUT_NAMES.includes(name))).toEqual([])
  })
})

/** The names under `with:` of every step in the YAML that uses the action. */
function inputsUsed(node: unknown, action: string): string[] {
  if (typeof node !== 'object' || node === null) return []
  const inner = Object.values(node).flatMap(one => inputsUsed(one, action))
  if (!('uses' in node && 'with' in node) || !String(node.uses).includes(action)) return inner
  return [...inner, ...Object.keys(node.with as object)]
}
