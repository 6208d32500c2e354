import { expect, test } from '@jest/globals'
import { INPUTS, readInputs, secretInputs } from '../../src/inputs/action-inputs.ts'
import { rawText } from '../../src/util/message.ts'
import { hostileText } from '../support/builders/hostile-text.ts'
import { fc } from '../support/properties.ts'
import { withEnvironment } from '../support/in-process/with-environment.ts'

const RUNS = 500

const NAMES = Object.keys(INPUTS)

const VARIABLES_OF_OTHER_TOOLS = [
  ...[
    'HUAWEI_CLOUD_ACCESS_KEY_ID',
    'HUAWEI_CLOUD_SECRET_ACCESS_KEY',
    'HUAWEI_CLOUD_REGION',
    'HUAWEI_CLOUD_PROJECT_ID',
  ],
  ...[
    'HUAWEICLOUD_SDK_AK',
    'HUAWEICLOUD_SDK_SK',
    'HUAWEICLOUD_SDK_PROJECT_ID',
    'HUAWEICLOUD_SDK_SECURITY_TOKEN',
  ],
  ...['HW_ACCESS_KEY', 'HW_SECRET_KEY', 'HW_SECURITY_TOKEN', 'HW_REGION_NAME', 'HW_PROJECT_ID'],
]

/** Values that some input takes, or nearly takes. */
const nearly = fc.constantFrom(
  ...[
    'true',
    'false',
    'yes',
    'latest',
    '1',
    '0',
    '61',
    '2147483647',
    '2147483648',
    '1e3',
    '0x10',
    '٣',
    '-1',
    '0.5',
    '1441',
  ],
  ...[
    '48c66c6002964721be537cdc6ce0297b',
    '7c1b9e04d5f8',
    'cn-north-4',
    'ap-southeast-3',
    'cn-north-4.evil.test/',
  ],
  ...[
    'https://a.test',
    'http://a.test',
    'http://127.0.0.1:1',
    'http://127.0.0.1.nip.io',
    'http://[::1]',
    'http://0x7f.1',
  ],
  ...[
    'https://u:p@a.test',
    'https://a.test/?q',
    'https://a.test/#f',
    'https:\\\\a.test',
    'https://a.test\t/',
    'auto',
    'v3',
  ],
)
const value = fc.oneof(
  { weight: 4, arbitrary: nearly },
  { weight: 1, arbitrary: hostileText },
  fc.string({ unit: 'grapheme-ascii' }),
)
const variable = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...NAMES.map(name => `INPUT_${name.toUpperCase()}`)) },
  { weight: 2, arbitrary: fc.constantFrom(...VARIABLES_OF_OTHER_TOOLS) },
  fc
    .tuple(fc.constantFrom(...NAMES), fc.nat(12))
    .map(([name, at]) => `INPUT_${name.slice(0, at)}${name.slice(at + 1)}`.toUpperCase()),
)
const environment = fc
  .array(fc.tuple(variable, value), { maxLength: 12 })
  .map(pairs => Object.fromEntries(pairs) as Record<string, string>)

/** Inputs that are right, with whatever comes on top of them. */
const nearlyRight = environment.map(more => ({
  INPUT_JOB_ID: '48c66c6002964721be537cdc6ce0297b',
  INPUT_BUILD_NO: '61',
  INPUT_TOKEN: 'TOKEN',
  ...more,
}))

const anyInputs = fc.oneof(environment, nearlyRight)

test('whatever the inputs are, secrets go over HTTPS to a plain endpoint, or stay on this machine', () => {
  let taken = 0
  fc.assert(
    fc.property(anyInputs, environment => {
      const read = withEnvironment(environment, readInputs)
      if (!read.ok) return
      taken++
      const { endpoint, builds } = read.inputs
      const isLoopback = /^(localhost|127(\.[0-9]{1,3}){3}|\[::1\])$/.test(endpoint.hostname)
      expect(endpoint.protocol === 'https:' || isLoopback).toBe(true)
      expect(`${endpoint.username}${endpoint.password}${endpoint.search}${endpoint.hash}`).toBe('')
      expect(builds.length).toBeGreaterThan(0)
      for (const { jobId } of builds) expect(jobId).toMatch(/^[0-9A-Za-z]{32}$/)
    }),
    { numRuns: RUNS },
  )
  expect(taken).toBeGreaterThan(0)
})

test('a refusal has words, and none of a secret', () => {
  fc.assert(
    fc.property(anyInputs, environment => {
      const read = withEnvironment(environment, readInputs)
      if (read.ok) return
      expect(read.problems.length).toBeGreaterThan(0)
      const words = read.problems.map(rawText).join('\n')
      const others = Object.entries(environment)
        .filter(([name]) => !/TOKEN|KEY|_[AS]K$/.test(name))
        .map(([, value]) => value.trim())
      for (const secret of withEnvironment(environment, secretInputs)) {
        // A short one is a word by chance; one that stands in another input, which is shown in quotes, is told by that.
        if (secret.length < 12 || others.some(other => `"${other}"`.includes(secret))) continue
        expect(words).not.toContain(secret)
      }
    }),
    { numRuns: RUNS },
  )
})
