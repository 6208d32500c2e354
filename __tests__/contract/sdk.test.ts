import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parseArtifacts } from '../../src/codearts/artifacts.ts'
import { FIRST_ZONE, readBuildList, readLastBuildNo } from '../../src/codearts/build-list.ts'
import { executeJobRequest, readStartResponse } from '../../src/codearts/execute-job.ts'
import { parseRecord, RECORD_FIELDS } from '../../src/codearts/record.ts'
import { parseStages } from '../../src/codearts/stages.ts'
import { parseTestResults } from '../../src/codearts/test-results.ts'
import { exchangeToken } from '../../src/credentials/oidc.ts'
import type { ApiGet } from '../../src/codearts/request-tools.ts'
import type { Http, HttpRequest } from '../../src/http/http-client.ts'
import { endpointOf, isRegion, stsEndpointOf } from '../../src/inputs/regions.ts'
import { failedStages, testSummary } from '../../tools/fake-service/scenarios/failed-build.ts'
import { artifact } from '../../tools/fake-service/scenarios/what-was-built.ts'
import { jobOf } from '../../tools/fake-service/scenarios/jobs.ts'
import { makeRecord } from '../../tools/fake-service/record.ts'
import { rowAt } from '../../tools/fake-service/timed-build.ts'
import { SILENT_LOG } from '../support/builders/one-poll.ts'

// What Huawei Cloud's own SDK knows of the service, beside what src/ and the fake service have. tools/sdk/sdk.json is made
// from the SDK by `npm run check:sdk -- --update`.

interface Known {
  readonly regions: Readonly<Record<string, string>>
  readonly stsRegions: Readonly<Record<string, string>>
  /** Where the SDK asks for keys in a region without STS. */
  readonly stsElsewhere: { readonly endpoint: string }
  readonly models: Readonly<Record<string, Readonly<Record<string, string>>>>
}

const SDK = JSON.parse(readFileSync('tools/sdk/sdk.json', 'utf8')) as Known
const NOW_MS = Date.parse('2026-11-24T08:00:00Z')

/** Fields that the SDK has and the gate leaves alone, and why. */
const LEFT_ALONE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ListBuildInfoRecordBodyResult: {
    health_score: 'tells nothing about one build',
    page_index: 'is what was asked for',
  },
  BuildInfoRecord: {
    build_time: 'the record has the times',
    start_time: 'the record has the times',
    user_id: 'the record has it',
    executor: 'no output has it',
    nickname: 'no output has it',
    daily_build_number: 'the record has it',
    trigger_type: 'the record has it',
    cost_time: 'the record has the duration',
    build_type: 'the record has it',
    scm_type: 'no output has it',
    scm_web_url: 'no output has it',
    commit_detail_url: 'no output has it',
    code_branch: 'decides nothing: the record has the branch',
  },
  BuildInfoRecordCommitInfo: { created_at: 'the record has it' },
  ShowRunningStatusResult: {
    last_job_id: 'is what was asked for',
    last_build_status: 'has two documented words, neither of which says how the build ended',
    is_running: 'the record of the newest build says it',
  },
  FullStagesResult: {},
  BuildStageRecord: {
    id: 'nobody can look a stage up by it',
    status_code: 'the status says it in a word',
    log_status: 'the log is read whole',
    create_time: 'the duration is shown',
    schedule_time: 'the duration is shown',
    queued_time: 'the duration is shown',
    start_time: 'the duration is shown',
    finish_time: 'the duration is shown',
    build_duration: 'is a part of the duration',
    pending_duration: 'is a part of the duration',
    build_record_id: 'is what was asked for',
    execution_id: 'the record has it',
    execution_stage_name: 'display_name is the name that people see',
    node_id: 'tells nothing to people',
  },
  AssumeAgencyWithOIDCResponse: {
    source_identity: 'is for the audit log of the account',
    assumed_agency: 'is the agency that was asked for',
    audience: 'is what was asked for',
    provider: 'is what was asked for',
    subject_from_id_token: 'is in the token',
  },
  CredentialsDto: {},
  OutPutInfoResult: {},
  OutPutResult: {
    project_id: 'the record has it',
    daily_build_number: 'the record has it',
  },
  ShowReportSummaryBodyResult: {},
  ShowReportSummary: {
    job_id: 'is what was asked for',
    build_no: 'is what was asked for',
    root_id: 'tells nothing to people',
    execution_time: 'the duration of the build is shown',
    genrate_time: 'the record has the times',
    region: 'the record has it',
    is_success: 'the numbers say it',
  },
}

/** Spellings besides the SDK's that the gate reads, too: the service's pages show both. */
const camelCase = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** Makes an object of a model, and notes under the model's name every field that is read of it. */
function watched(model: string, values: Readonly<Record<string, unknown>>, reads: Map<string, Set<string>>) {
  const names = new Set<string>()
  reads.set(model, names)
  const note = (name: string | symbol): void => {
    if (typeof name === 'string') names.add(name)
  }
  return new Proxy(values, {
    get: (target, name) => {
      note(name)
      return Reflect.get(target, name) as unknown
    },
    getOwnPropertyDescriptor: (target, name) => {
      note(name)
      return Reflect.getOwnPropertyDescriptor(target, name)
    },
  })
}

/** Fails unless the gate reads of each model just what is not left alone, under the SDK's name of it. */
function expectReads(reads: ReadonlyMap<string, ReadonlySet<string>>): void {
  expect(reads.size).toBeGreaterThan(0)
  for (const [model, names] of reads) {
    const fields = Object.keys(SDK.models[model] ?? {})
    const leftAlone = Object.keys(LEFT_ALONE[model] ?? {})
    const read = new Set(
      [...names].filter(name => !fields.map(camelCase).includes(name) || fields.includes(name)),
    )
    expect([model, [...read].sort()]).toEqual([
      model,
      fields.filter(name => !leftAlone.includes(name)).sort(),
    ])
    expect([model, leftAlone.filter(name => !fields.includes(name))]).toEqual([model, []])
  }
}

const OPTIONS = { maxTries: 1, signal: new AbortController().signal }
const answers =
  (result: unknown): ApiGet =>
  () =>
    Promise.resolve({ ok: true, result, dateMs: NOW_MS, answer: { said: [], requestId: '' } })

describe('the regions of the SDK', () => {
  test.each(Object.entries(SDK.regions))('%s', (region, endpoint) => {
    expect(isRegion(region)).toBe(true)
    expect(endpointOf(region).origin).toBe(endpoint)
    expect(stsEndpointOf(region).origin).toBe(SDK.stsRegions[region] ?? SDK.stsElsewhere.endpoint)
  })

  test.each(Object.entries(SDK.stsRegions))('STS in %s', (region, endpoint) => {
    expect(isRegion(region)).toBe(true)
    expect(stsEndpointOf(region).origin).toBe(endpoint)
  })
})

describe('the record', () => {
  const samples = { str: 'text', int: 7, float: 1.5 } as const

  // Of v3; of v1 and v4.
  test.each(['RecordInfoResult', 'RecordInfo2Result'])(
    'has the fields of %s, and takes each of its type',
    model => {
      const types = SDK.models[model] ?? {}
      expect(Object.keys(types).sort()).toEqual(Object.keys(RECORD_FIELDS).sort())
      expect(Object.keys(makeRecord()).sort()).toEqual(Object.keys(RECORD_FIELDS).sort())
      for (const [name, type] of Object.entries(types)) {
        const sample = samples[type as keyof typeof samples]
        const parsed = parseRecord({ [name]: sample })
        expect([name, parsed.ok && parsed.record.fields]).toEqual([
          name,
          expect.objectContaining({ [name]: String(sample) }),
        ])
      }
    },
  )

  test('takes nothing but a text where the verdict depends on it, as the SDK has it', () => {
    for (const [name, kind] of Object.entries(RECORD_FIELDS))
      if (kind === 'text') expect(SDK.models['RecordInfoResult']?.[name]).toBe('str')
  })
})

describe('what the gate reads besides', () => {
  const { jobId, builds } = jobOf('rerun', NOW_MS)

  test('of the list of builds', async () => {
    const reads = new Map<string, Set<string>>()
    const [build] = builds
    if (build === undefined) throw new Error('the job has no build')
    const row = rowAt(build, NOW_MS)
    expect(Object.keys(row).sort()).toEqual(Object.keys(SDK.models['BuildInfoRecord'] ?? {}).sort())
    const rows = [
      watched(
        'BuildInfoRecord',
        {
          ...row,
          // Whatever is read when the first place has nothing.
          commit_id: null,
          job_running_status: 'Running',
          commit_info: watched(
            'BuildInfoRecordCommitInfo',
            { commit_id: build.commit, created_at: null },
            reads,
          ),
        },
        reads,
      ),
    ]
    const result = watched(
      'ListBuildInfoRecordBodyResult',
      { health_score: '100', page_index: '0', total_page: '1', total_record: '1', job_build_states: rows },
      reads,
    )
    const source = { get: answers(result), jobId, nowMs: () => NOW_MS, shared: { zone: FIRST_ZONE } }
    const listed = await readBuildList(source, 'recent', OPTIONS)
    expect(listed).toMatchObject({
      ok: true,
      value: [{ buildNo: build.buildNo, commit: build.commit, isFinished: true }],
    })
    expectReads(reads)
  })

  test('of the running status', async () => {
    const reads = new Map<string, Set<string>>()
    const result = watched(
      'ShowRunningStatusResult',
      { is_running: false, last_build_no: '61', last_build_status: 'Finished', last_job_id: jobId },
      reads,
    )
    expect(await readLastBuildNo(answers(result), jobId, OPTIONS)).toMatchObject({ ok: true, value: 61 })
    expectReads(reads)
  })

  test('of the stages', () => {
    const reads = new Map<string, Set<string>>()
    const { stage2 } = failedStages(2, 'FAILURE')
    if (stage2 === undefined) throw new Error('the build has no such stage')
    expect(Object.keys(stage2).sort()).toEqual(Object.keys(SDK.models['BuildStageRecord'] ?? {}).sort())
    const first = watched('BuildStageRecord', stage2, reads)
    // With two, their sequence is read.
    const stages = { stage2: first, final: { ...stage2, sequence: 3 } }
    const parsed = parseStages(watched('FullStagesResult', { build_stages: stages }, reads))
    expect(parsed?.[0]).toEqual({ name: 'Build with Maven', status: 'FAILURE', duration: '128101' })
    expectReads(reads)
  })

  test('of what a build made', () => {
    const reads = new Map<string, Set<string>>()
    expect(Object.keys(artifact()).sort()).toEqual(Object.keys(SDK.models['OutPutResult'] ?? {}).sort())
    const one = watched('OutPutResult', artifact({ package_type: null }), reads)
    const result = watched(
      'OutPutInfoResult',
      { package_info: null, package_infos: { a: one }, image_infos: {} },
      reads,
    )
    expect(parseArtifacts({ result })).toMatchObject([{ name: 'storefront-4.2.1.jar', type: 'package' }])
    expectReads(reads)
  })

  test('of the test results', () => {
    const reads = new Map<string, Set<string>>()
    const summary = testSummary(2, 'unit', 7, 0)
    expect(Object.keys(summary).sort()).toEqual(Object.keys(SDK.models['ShowReportSummary'] ?? {}).sort())
    const stage = watched('ShowReportSummary', summary, reads)
    const result = watched('ShowReportSummaryBodyResult', { summary, sub_summarys: [stage] }, reads)
    expect(parseTestResults(result)?.stages).toMatchObject([{ name: 'unit', total: 7, allPassed: true }])
    expectReads(reads)
  })

  test('of the exchange for temporary keys, which sends the fields of the request', async () => {
    const reads = new Map<string, Set<string>>()
    const credentials = {
      access_key_id: 'HST1',
      secret_access_key: 'secret',
      security_token: 'token',
      expiration: '2026-11-24T09:00:00.000000Z',
    }
    const keys = watched('CredentialsDto', credentials, reads)
    const result = watched('AssumeAgencyWithOIDCResponse', { credentials: keys }, reads)
    const requests: HttpRequest[] = []
    const http: Http = {
      send: request => {
        requests.push(request)
        return Promise.resolve({ ok: true, status: 200, headers: {}, body: { text: '' } })
      },
      pipeTo: () => Promise.reject(new Error('nothing is downloaded')),
    }
    const tools = {
      http,
      retry: { sleep: () => Promise.resolve(), random: () => 0 },
      readSecretResponse: () =>
        ({ ok: true, result: requests.length === 1 ? { value: 'a.b.c' } : result }) as const,
      nowMs: () => NOW_MS,
      addSecret: () => undefined,
      onRetry: () => undefined,
      log: SILENT_LOG,
    }
    const keyless = {
      providerUrn: 'p',
      agencyUrn: 'a',
      audience: undefined,
      stsEndpoint: stsEndpointOf('cn-north-4'),
      sessionName: 'session',
      projectId: undefined,
      idTokenUrl: 'https://runner.example.com/',
      idTokenBearer: 'bearer',
      givenToken: undefined,
      neededMs: undefined,
    }
    const exchange = await exchangeToken(keyless, tools, OPTIONS)
    expect(exchange).toMatchObject({ ok: true, value: { accessKey: 'HST1', securityToken: 'token' } })
    expectReads(reads)
    const body = Object.keys(JSON.parse(requests[1]?.body ?? '{}') as object)
    const known = Object.keys(SDK.models['AssumeAgencyWithOIDCReqBody'] ?? {}).sort()
    expect([...body, 'duration_seconds', 'policy', 'policy_ids'].sort()).toEqual(known)

    await exchangeToken({ ...keyless, givenToken: 'a.b.c', neededMs: 90_000 }, tools, OPTIONS)
    const ofGiven = JSON.parse(requests[2]?.body ?? '{}') as object
    expect(ofGiven).toMatchObject({ id_token: 'a.b.c', duration_seconds: 900 })
    expect([...Object.keys(ofGiven), 'policy', 'policy_ids'].sort()).toEqual(known)
  })
})

describe('starting a build', () => {
  const models = (name: string) => SDK.models[name] ?? {}

  test('sends the fields of the SDK’s request, each under its name', () => {
    expect(Object.keys(models('RunJobRequestBody')).sort()).toEqual(['job_id', 'parameter', 'scm'])
    const order = {
      jobId: 'x',
      branch: undefined,
      parameters: [{ name: 'A', value: '1' }],
      secretParameters: [],
    }
    const bodyOf = (source: { commit: string | undefined; tag: string | undefined }) =>
      JSON.parse(executeJobRequest(endpointOf('cn-north-4'), { ...order, ...source }).body ?? '') as Record<
        'parameter' | 'scm',
        object
      >
    const [commit, tag] = [bodyOf({ commit: 'c', tag: undefined }), bodyOf({ commit: undefined, tag: 't' })]
    expect(Object.keys(commit).sort()).toEqual(Object.keys(models('RunJobRequestBody')).sort())
    expect(Object.keys({ ...commit.scm, ...tag.scm }).sort()).toEqual(Object.keys(models('Scm')).sort())
    expect(commit.parameter).toEqual([
      Object.fromEntries(
        Object.keys(models('ParameterItem')).map(name => [name, name === 'name' ? 'A' : '1']),
      ),
    ])
  })

  test('reads the fields of the SDK’s answer, and no others', () => {
    const answer = Object.fromEntries(Object.keys(models('ExecuteJobResponse')).map(name => [name, '7']))
    expect(Object.keys(answer)).toHaveLength(3)
    const response = { ok: true, status: 200, headers: {}, body: { text: JSON.stringify(answer) } } as const
    expect(readStartResponse(response, NOW_MS)).toEqual({
      kind: 'started',
      build: { buildNo: 7, dailyBuildNumber: '7', executionId: '7' },
    })
  })
})
