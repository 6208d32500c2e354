import type { Outcome } from './report.ts'

/** What a step must do; anything is accepted for a field that is missing. */
export interface ExpectedStep {
  readonly outcome: Outcome
  /** Some of its outputs. */
  readonly outputs?: Readonly<Record<string, string>>
  /** Its annotations, all of them, in order. */
  readonly annotations?: readonly RegExp[]
  /** The whole of its log, without annotations. */
  readonly lines?: readonly RegExp[]
  /** Its summary; empty for none. */
  readonly summary?: RegExp
}

/** What a job must do. */
export interface ExpectedJob {
  readonly result: Outcome
  /** Every step of the workflow that must run, besides the checkout and the fake service. Others must not run. */
  readonly steps: Readonly<Record<string, ExpectedStep>>
}

const JOB_ID = '48c66c6002964721be537cdc6ce0297b'
const COMMIT = '7c1b9e04d5f83a26b0e7419c8d52f6a3190be74d'
const NONE = /^$/

const passes = (buildNo: number, more: Partial<ExpectedStep> = {}): ExpectedStep => ({
  outcome: 'success',
  outputs: {
    success: 'true',
    reason: 'success',
    status: 'SUCCESS',
    commit: COMMIT,
    build_no: String(buildNo),
  },
  annotations: [],
  summary: new RegExp(`the build passes.*Build <code>${buildNo}</code>.*SUCCESS`, 's'),
  ...more,
})

const closed: ExpectedStep = {
  outcome: 'failure',
  outputs: { success: 'false', reason: 'failed', status: 'FAILURE', commit: COMMIT, build_no: '2' },
  annotations: [
    new RegExp(
      `^error: CodeArts Build Gate: failed: The build failed\\. .* \\(build 2 of build task ${JOB_ID}; `,
    ),
  ],
  summary: /the build failed.*Build <code>2<.code>.*FAILURE/s,
}

const says = (line: RegExp): ExpectedStep => ({ outcome: 'success', lines: [line], summary: NONE })
const agrees: ExpectedStep = { outcome: 'success', lines: [] }

/** What .github/workflows/try.yml must do, for each job and each step. */
export const EXPECTED: Readonly<Record<string, ExpectedJob>> = {
  passing: { result: 'success', steps: { gate: passes(1), asserted: agrees } },
  deploying: {
    result: 'success',
    steps: { deploy: says(new RegExp(`^Deploying commit ${COMMIT} of branch main$`)) },
  },
  failing: { result: 'success', steps: { gate: closed, asserted: agrees } },
  // The step `deploy` must not run. act does not support `continue-on-error` of a job: here the job fails.
  closed: {
    result: 'failure',
    steps: { gate: closed, tell: says(/^Not deployed, because the build is failed$/) },
  },
  soft: {
    result: 'success',
    steps: {
      gate: {
        ...closed,
        outcome: 'success',
        annotations: [/^warning: CodeArts Build Gate: failed: The build failed\. .*\(build 2 of build task /],
      },
      tell: says(/^The build did not succeed \(failed\)$/),
    },
  },
  waiting: { result: 'success', steps: { gate: passes(61) } },
  starting: {
    result: 'success',
    steps: {
      start: {
        outcome: 'success',
        outputs: { success: 'true', reason: 'success', started: 'true', build_no: '62' },
        annotations: [/^warning: .*Move what is secret from parameters to secret_parameters: .*API_TOKEN/],
        lines: [
          /^Build 62 of build task .* has started; daily number: [0-9]{8}\.62; branch: main; parameters: LEVEL, API_TOKEN$/,
        ],
        summary: NONE,
      },
      gate: passes(62),
    },
  },
  finding: { result: 'success', steps: { gate: passes(61), asserted: agrees } },
  together: {
    result: 'success',
    steps: {
      gate: {
        outcome: 'success',
        outputs: { success: 'true', reason: 'success', build_no: '61' },
        annotations: [],
        summary: /3 builds: all passed.*backend.*web app/s,
      },
      asserted: agrees,
      gate2: {
        outcome: 'failure',
        outputs: { success: 'false', reason: 'failed', status: 'FAILURE', build_no: '2' },
        annotations: [
          /^error: CodeArts Build Gate: failed: 1 of 3 builds did not pass: image \(failed\)\. No longer waited for: forever \(running\)\. .*\(image: build 2 /,
        ],
        summary: /1 failed.*image.*forever/s,
      },
      told: says(/^success failed running$/),
    },
  },
  'deploying-together': {
    result: 'success',
    steps: { deploy: says(new RegExp(`^Deploying build 61 of commit ${COMMIT}$`)) },
  },
  'several (1)': { result: 'success', steps: { gate: passes(1) } },
  'several (11)': { result: 'success', steps: { gate: passes(11) } },
  'several (13)': { result: 'success', steps: { gate: passes(13) } },
  'several (14)': { result: 'success', steps: { gate: passes(14) } },
  masking: { result: 'success', steps: { gate: passes(1), tell: says(/^The token is <\*\*\*>$/) } },
  'beside-auth-action': {
    result: 'success',
    steps: {
      auth: { outcome: 'success', summary: NONE },
      gate: passes(1, {
        lines: [
          /^The credentials are from the variables HUAWEI_CLOUD_ACCESS_KEY_ID and HUAWEI_CLOUD_SECRET_ACCESS_KEY /,
          /^Build 1 of build task .* has the status SUCCESS/,
          /^The build passes\. \(build 1 of build task .*; status SUCCESS/,
        ],
      }),
      asserted: says(/^Region \*\*\*, project \*\*\*$/),
    },
  },
  'after-auth-action': {
    result: 'success',
    steps: { tell: says(new RegExp(`^Deploying commit ${COMMIT}$`)) },
  },
  summarizing: {
    result: 'success',
    steps: { gate: passes(1), quiet: passes(1, { summary: NONE }) },
  },
  misspelt: {
    result: 'success',
    steps: {
      gate: {
        outcome: 'failure',
        outputs: { success: 'false', reason: 'invalid_input' },
        annotations: [/^error: .*invalid_input: INPUT_\w+ is not an input of this action: use endpoint;/],
        lines: [],
      },
      asserted: agrees,
    },
  },
  composite: {
    result: 'success',
    steps: {
      team: { outcome: 'success', outputs: { success: 'true', commit: COMMIT }, annotations: [] },
      asserted: agrees,
      closed: {
        outcome: 'failure',
        outputs: { success: 'false', commit: COMMIT },
        annotations: closed.annotations ?? [],
      },
      'asserted-closed': agrees,
    },
  },
}
