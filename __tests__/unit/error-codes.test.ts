import { describe, expect, test } from '@jest/globals'
import {
  CHECK_REQUEST,
  KNOWN_CODES,
  LOCKED_KEY,
  meaningOf,
  NETWORK_WORDS,
  NO_RECORD_YET,
  NOT_THE_SERVICE,
  WORDS,
} from '../../src/codearts/error-codes.ts'

/** Then the ID behind ` (build 1 of build task ` is not among the first 120 characters (contract section 4). */
const MIN_LEAD_CHARACTERS = 96

const leadOf = (words: { readonly problem: string; readonly remedy: string } | undefined): string =>
  words === undefined ? '' : `${words.problem}. ${words.remedy}.`

/** [code, the reason that it stands for whatever the HTTP status; none where the status decides] */
type CodeRow = readonly [string, 'not_found' | 'throttled' | undefined]

const SERVICE_CODES: readonly CodeRow[] = [
  ['CB.00060100', undefined],
  ['CB.00060101', undefined],
  ['CB.00060200', undefined],
  ['CB.00060201', undefined],
  ['CB.00060202', undefined],
  ['CB.00060203', undefined],
  ['CB.00060211', 'throttled'],
  ['CB.00060212', undefined],
  ['CB.00060213', undefined],
  ['CB.00060214', 'not_found'],
]

const OBSERVED_CODES: readonly CodeRow[] = [
  ['DEVCB.00031006', 'not_found'],
  ['CB.00031006', 'not_found'],
  ['CB.00031059', 'not_found'],
  ['CB.00031105', undefined],
  ['CB.00030004', undefined],
  ['DEVCB.00030000', undefined],
  ['DEV.CB.032011', undefined],
  ['DEV.CB.032302', undefined],
  ['DEV.CB.0520002', undefined],
  ['DEV.CB.0210043', undefined],
]

const GATEWAY_CODES: readonly CodeRow[] = [
  ['APIGW.0101', 'not_found'],
  ['APIGW.0103', undefined],
  ['APIGW.0104', undefined],
  ['APIGW.0105', undefined],
  ['APIGW.0106', undefined],
  ['APIGW.0201', undefined],
  ['APIGW.0301', undefined],
  ['APIGW.0302', undefined],
  ['APIGW.0303', undefined],
  ['APIGW.0307', undefined],
  ['APIGW.0308', 'throttled'],
]

const STS_CODES: readonly CodeRow[] = [
  ['STS5.1001', undefined],
  ['STS5.2001', undefined],
]

const ALL_CODES = [...SERVICE_CODES, ...OBSERVED_CODES, ...GATEWAY_CODES, ...STS_CODES]

describe('codes', () => {
  test.each(ALL_CODES)('%s has a meaning and a remedy', (code, reason) => {
    const meaning = meaningOf(code)
    expect(meaning).toBe(KNOWN_CODES[code])
    expect(meaning?.problem).toMatch(/^[A-Z].{10,}[^.]$/)
    expect(meaning?.remedy).toMatch(/^[A-Z].{10,}[^.]$/)
    // Both are seen before an annotation is unfolded, and what stands behind them is not.
    expect(leadOf(meaning).length).toBeGreaterThanOrEqual(MIN_LEAD_CHARACTERS)
    expect(
      `${meaning?.problem ?? ''}. ${/^[^,:.]+/.exec(meaning?.remedy ?? '')?.[0] ?? ''}`.length,
    ).toBeLessThan(120)
    expect(meaning?.reason).toBe(reason)
  })

  test('are these and no others', () => {
    expect(Object.keys(KNOWN_CODES).sort()).toEqual(ALL_CODES.map(([code]) => code).sort())
  })

  test.each(GATEWAY_CODES)('%s is known as the gateway also spells itself', code => {
    expect(meaningOf(code.replace('APIGW.', 'APIG.'))).toBe(KNOWN_CODES[code])
  })

  test.each([
    ...[
      '',
      'X.1',
      'CB.0006020',
      'CB.000602000',
      'cb.00060200',
      ' CB.00060200',
      'APIGW.',
      'APIG.',
      'APIGW.9999',
    ],
    ...['XAPIG.0101', 'APIGWAPIG.0101', 'constructor', '__proto__', 'toString', 'hasOwnProperty'],
  ])('%j is not known', code => {
    expect(meaningOf(code)).toBeUndefined()
  })
})

describe('remedies', () => {
  test.each([
    ['APIGW.0301', '24 hours'],
    ['APIGW.0307', '24 hours'],
    ['APIGW.0302', 'Add the user to the CodeArts project'],
    ['APIGW.0101', 'region, or endpoint'],
    ['CB.00031006', 'job_id'],
    ['CB.00031059', 'build_no'],
  ])('that of %s names %s', (code, words) => {
    expect(KNOWN_CODES[code]?.remedy).toContain(words)
  })

  test.each([
    ['unauthorized', '24 hours'],
    ['forbidden', 'Add the user to the CodeArts project'],
    ['not_found', 'job_id'],
  ] as const)('that of %s names %s', (reason, words) => {
    expect(WORDS[reason].remedy).toContain(words)
  })
})

describe('a locked access key', () => {
  const SAID = 'Incorrect IAM authentication information: AK access failed to reach the limit,forbidden'

  test.each(['APIGW.0301', 'APIG.0301', 'APIGW.0303', 'APIGW.0307'])(
    'is known by the words beside %s',
    code => {
      expect(meaningOf(code, SAID)).toBe(LOCKED_KEY)
      expect(meaningOf(code, SAID.toUpperCase())).toBe(LOCKED_KEY)
      expect(meaningOf(code, 'decrypt token fail')).toBe(KNOWN_CODES[code.replace('APIG.', 'APIGW.')])
    },
  )

  test.each(['', 'X.1', 'APIGW.0101', 'APIGW.0201', 'APIGW.0308', 'XAPIGW.0301', 'CB.00060200'])(
    'is not meant beside %j',
    code => {
      expect(meaningOf(code, SAID)).toBe(KNOWN_CODES[code])
    },
  )

  test('says so, and how long to wait', () => {
    expect(LOCKED_KEY.problem).toContain('locked')
    expect(LOCKED_KEY.remedy).toContain('Wait five minutes')
    expect(LOCKED_KEY.reason).toBeUndefined()
  })
})

test.each([
  ...Object.entries(NETWORK_WORDS),
  ...Object.entries(WORDS),
  ['a request that is not accepted', CHECK_REQUEST],
  ['another server', NOT_THE_SERVICE],
  ['no record', NO_RECORD_YET],
] as const)('%s: no ID stands among the first 120 characters', (_, words) => {
  expect(leadOf(words).length).toBeGreaterThanOrEqual(MIN_LEAD_CHARACTERS)
})

test('the codes for an API that is not there are these', () => {
  const missing = Object.entries(KNOWN_CODES).filter(([, { missingApi }]) => missingApi !== undefined)
  expect(missing.map(([code]) => code)).toEqual(['CB.00060214', 'APIGW.0101'])
})

test.each(Object.entries(NETWORK_WORDS))(
  'NODE_EXTRA_CA_CERTS is the remedy where it can help: %s',
  (kind, { remedy }) => {
    expect(remedy.includes('NODE_EXTRA_CA_CERTS')).toBe(
      ['certificate_issuer', 'certificate_file'].includes(kind),
    )
  },
)
