import { describe, expect, test } from '@jest/globals'
import { parseBuildTask } from '../../src/inputs/task-address.ts'
import { readInputs } from '../../src/inputs/action-inputs.ts'
import { rawText } from '../../src/util/message.ts'
import { mainJobInputs, type InputValues } from '../support/builders/environment.ts'
import { hostileText } from '../support/builders/hostile-text.ts'
import { fc } from '../support/properties.ts'
import { withEnvironment } from '../support/in-process/with-environment.ts'

const ID = '48c66c6002964721be537cdc6ce0297b'
const OTHER = '68491d9bc97b4774adb93e29b46d2dc6'
const PROJECT = 'b4d3971c3988463b865f6f920846149e'
const HOST = 'https://devcloud.cn-east-3.huaweicloud.com'
const PAGE = `${HOST}/cloudbuild/project/${PROJECT}/build/detail/history`
const FRAGMENT = `${HOST}/codeci/home#/project/${PROJECT}/detail/history`

function faultOf(text: string): string {
  const read = parseBuildTask(text)
  if ('jobId' in read) throw new Error(`It was taken: ${JSON.stringify(read)}`)
  return `${read.words} ${rawText(read.shown)}`
}

describe('an address gives the task, the region and a link without a query', () => {
  test.each<[string, string, string?]>([
    [`${PAGE}/${ID}`, `${PAGE}/${ID}`],
    [`${PAGE}/${ID}?tab=log#top`, `${PAGE}/${ID}`],
    [`${PAGE}/${ID}?`, `${PAGE}/${ID}`],
    [`${PAGE}/${ID}#`, `${PAGE}/${ID}`],
    [`${PAGE}/${ID}#/33`, `${PAGE}/${ID}`],
    [`${PAGE}/${ID}/overview`, `${PAGE}/${ID}/overview`],
    [`${PAGE}/${ID}/overview/`, `${PAGE}/${ID}/overview/`],
    [`${PAGE}/${ID}-2/33`, `${PAGE}/${ID}-2/33`],
    [`${FRAGMENT}/${ID}?token=secret`, `${FRAGMENT}/${ID}`],
    [`${FRAGMENT}/${ID}/x?a=/33`, `${FRAGMENT}/${ID}/x`],
    // Both have it.
    [`${PAGE}/${ID}#/detail/history/${ID}`, `${PAGE}/${ID}#/detail/history/${ID}`],
    // A query before the fragment is cut, too.
    [`${HOST}/home?ticket=secret#/detail/history/${ID}`, `${HOST}/home#/detail/history/${ID}`],
    // What is named wins over what only may be an ID.
    [`${PAGE}/${ID}#/task/${OTHER}`, `${PAGE}/${ID}`],
    [`${PAGE}/${ID}/record/${OTHER}`, `${PAGE}/${ID}/record/${OTHER}`],
    // Without /detail/history/: the last part of the fragment, else of the path, that is no project.
    [`${HOST}/project/${PROJECT}/build/${ID}`, `${HOST}/project/${PROJECT}/build/${ID}`],
    [`${HOST}/${OTHER}/build/${ID}`, `${HOST}/${OTHER}/build/${ID}`],
    [`${HOST}/build/${ID}/project/${PROJECT}`, `${HOST}/build/${ID}/project/${PROJECT}`],
    [`${HOST}/build/${ID}/project//${PROJECT}`, `${HOST}/build/${ID}/project//${PROJECT}`],
    [`${HOST}/build/${OTHER}#/task/${ID}`, `${HOST}/build/${OTHER}#/task/${ID}`],
    [`${HOST}/build/${ID}#/project/${PROJECT}`, `${HOST}/build/${ID}`],
    [`${HOST}/build//${ID}//x`, `${HOST}/build//${ID}//x`],
    [`${HOST}/detail/history//${ID}`, `${HOST}/detail/history//${ID}`],
    [`${HOST}/#${ID}`, `${HOST}/#${ID}`],
    [`${HOST}/@me/${ID}`, `${HOST}/@me/${ID}`],
    [`${HOST}\/a\\${ID}`, `${HOST}/a/${ID}`],
    [`${HOST}/"<b>"/${ID}`, `${HOST}/%22%3Cb%3E%22/${ID}`],
    // What a browser would not ask for is not looked at.
    [`${HOST}/${OTHER}/../${ID}`, `${HOST}/${ID}`],
    // Hosts.
    [`https://DevCloud.CN-East-3.HuaweiCloud.com/${ID}`, `${HOST}/${ID}`],
    [`${HOST}:443/${ID}`, `${HOST}/${ID}`],
    [`${HOST}:8443/${ID}`, `${HOST}:8443/${ID}`],
    [`https://devcloud.huaweicloud.com/${ID}`, `https://devcloud.huaweicloud.com/${ID}`, ''],
    [`https://devcloud.evil.huaweicloud.com/${ID}`, `https://devcloud.evil.huaweicloud.com/${ID}`, ''],
    [`${HOST}.evil.example/${ID}`, `${HOST}.evil.example/${ID}`, ''],
    [
      `https://x.devcloud.cn-east-3.huaweicloud.com/${ID}`,
      `https://x.devcloud.cn-east-3.huaweicloud.com/${ID}`,
      '',
    ],
    [`https://codearts.example:8443/${ID}`, `https://codearts.example:8443/${ID}`, ''],
    [`https://[::1]/${ID}`, `https://[::1]/${ID}`, ''],
  ])('%s', (address, url, region = 'cn-east-3') => {
    expect(parseBuildTask(address)).toEqual({ jobId: ID, url, region: region === '' ? undefined : region })
  })

  test('the ID is kept as it is given', () => {
    expect(parseBuildTask(`${PAGE}/${ID.toUpperCase()}`)).toMatchObject({ jobId: ID.toUpperCase() })
  })

  test('of 2,000 characters at most', () => {
    const longest = `${PAGE}/${ID}?`.padEnd(2_000, 'x')
    expect(parseBuildTask(longest)).toMatchObject({ jobId: ID })
    expect(faultOf(`${longest}x`)).toContain('at most 2000 visible ASCII characters')
  })
})

describe('no address', () => {
  test.each([
    `https://user@devcloud.example/${ID}`,
    `https://user:secret@devcloud.example/${ID}`,
    `https://@devcloud.example/${ID}`,
    `https:///devcloud.example/${ID}`,
    `https://\\devcloud.example/${ID}`,
    `https://devcloud.example\\@evil.example/${ID}`,
    'https://',
    `https://?${ID}`,
    `https://a:b/${ID}`,
    `${HOST}/ü/${ID}`,
    `${HOST}/ /${ID}`,
    `${HOST}/\u202e/${ID}`,
    `${HOST}/\0${ID}`,
  ])('%j', address => {
    const words = faultOf(address)
    expect(words).toMatch(
      /^must be an https:\/\/ address of at most 2000 visible ASCII characters without user and password, not /,
    )
    expect(words).not.toMatch(/secret|user:/)
  })

  test.each([
    `HTTPS://devcloud.example/${ID}`,
    `http://u:secret@devcloud.example/${ID}`,
    `ftp://x/${ID}?secret`,
    `//x/${ID}`,
  ])('nor %s', address => {
    expect(faultOf(address)).toMatch(
      /^must be the 32 letters and digits of the build task’s ID or the https:\/\/ address of its page, not /,
    )
    expect(faultOf(address)).not.toContain('secret')
  })
})

describe('an address without an ID', () => {
  test.each([
    HOST,
    `${HOST}/`,
    PAGE,
    `${PAGE}/`,
    `${PAGE}/${ID.slice(1)}`,
    `${PAGE}/${ID}0`,
    `${PAGE}/${ID}%30`,
    `${HOST}/x?id=${ID}`,
    `${HOST}/x?/detail/history/${ID}`,
    `${HOST}/x#/y?/detail/history/${ID}`,
    `${HOST}/x%2F${ID}`,
    `${HOST}/project/${ID}`,
    `${HOST}/project//${ID}`,
    `${HOST}/x-${ID}`,
    `${HOST}/${ID.slice(1)}%30`,
  ])('%s', address => {
    const words = faultOf(address)
    expect(words).toMatch(
      /^must be an address with the task’s ID \(the 32 letters and digits after \/detail\/history\/\), or ID\/NUMBER, not "https:\/\/[^?#]*"$/,
    )
  })
})

test('an address of two build tasks is refused', () => {
  for (const address of [`${PAGE}/${ID}/detail/history/${OTHER}`, `${PAGE}/${ID}#/detail/history/${OTHER}`])
    expect(faultOf(address)).toMatch(/^must be the address of one build task, not of two: "/)
})

describe('a number, or an empty one, behind the ID is not lost', () => {
  test.each(['/33', '/33/', '/33/log', '/', '//', '//33', '/0', '/33?x', '/?x', '/%33%33', '/99999999999'])(
    '%s',
    end => {
      for (const page of [`${PAGE}/${ID}`, `${FRAGMENT}/${ID}`, `${HOST}/${ID}`, `${HOST}/x#${ID}`]) {
        const words = faultOf(page + end)
        expect(words).toContain('must be ID/NUMBER')
        expect(words).toContain('the ID is the 32 letters and digits in front of it')
        expect(words).toContain(`: write ${ID}/NUMBER for "https://`)
      }
    },
  )
})

describe('whatever the address is', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '/',
      '//',
      '#',
      '?',
      '@',
      '\\',
      '%',
      '%2f',
      '%2F',
      '..',
      '.',
      ':',
      '/detail/history/',
      '/project/',
      '/33',
      '33',
    ),
    fc.constantFrom(ID, OTHER, PROJECT, `${ID}0`, 'x'),
    fc.string({ unit: 'grapheme-ascii', maxLength: 5 }),
  )
  const address = fc
    .tuple(
      fc.constantFrom(HOST, PAGE, FRAGMENT, 'https://', 'https://codearts.example'),
      fc.array(piece, { maxLength: 8 }),
    )
    .map(([start, rest]) => start + rest.join(''))

  test('the link is https, has no user, no query and no markup, and the ID stands in it', () => {
    let taken = 0
    fc.assert(
      fc.property(address, text => {
        const read = parseBuildTask(text)
        if (!('jobId' in read)) return
        taken++
        const { protocol, username, password, search, href } = new URL(read.url)
        expect([protocol, username + password, search]).toEqual(['https:', '', ''])
        expect(href).toBe(read.url)
        expect(read.url).toMatch(/^[\x21-\x7e]+$/)
        expect(read.url).not.toMatch(/[?<>"]/)
        expect(read.url).toContain(read.jobId)
        expect(read.jobId).toMatch(/^[0-9A-Za-z]{32}$/)
        expect(text).toContain(read.jobId)
        // The same task, and the same link, whoever reads it again.
        expect(parseBuildTask(read.url)).toEqual(read)
      }),
      { numRuns: 2_000 },
    )
    expect(taken).toBeGreaterThan(20)
  })

  test('nothing else is an address, and nothing throws', () => {
    fc.assert(
      fc.property(hostileText, text => {
        const read = parseBuildTask(`https://${text}`)
        if ('jobId' in read) expect(text).toContain(read.jobId)
        else expect(read.words).not.toBe('')
      }),
    )
  })
})

describe('the region of an address', () => {
  const read = (changes: InputValues, variables: Readonly<Record<string, string>> = {}) =>
    withEnvironment({ ...mainJobInputs(changes), ...variables }, readInputs)
  function taken(changes: InputValues, variables?: Readonly<Record<string, string>>) {
    const result = read(changes, variables)
    if (!result.ok) throw new Error(result.problems.map(rawText).join('\n'))
    return result.inputs
  }
  const problems = (changes: InputValues, variables?: Readonly<Record<string, string>>): string[] => {
    const result = read(changes, variables)
    return result.ok ? [] : result.problems.map(rawText)
  }
  const address = `${PAGE}/${ID}`
  const elsewhere = address.replace('cn-east-3', 'ap-southeast-3').replace(ID, OTHER)
  const place = { host: 'cloudbuild-ext.cn-east-3.myhuaweicloud.com', region: 'cn-east-3', isDefault: false }

  test('counts as the input', () => {
    expect(taken({ job_id: address })).toMatchObject({
      place,
      builds: [{ name: ID, jobId: ID, url: address, buildNo: 532 }],
    })
    expect(taken({ job_id: address, region: 'cn-east-3' }).place).toEqual(place)
    expect(taken({ job_id: `a: ${OTHER}/3\nb: ${address}`, build_no: 'latest' })).toMatchObject({
      place,
      builds: [
        { name: 'a', buildNo: 3, url: '' },
        { name: 'b', buildNo: 'latest', url: address },
      ],
    })
  })

  test('wins over the environment, which is not looked at', () => {
    expect(taken({ job_id: address }, { HUAWEI_CLOUD_REGION: 'evil.example/' }).place).toEqual(place)
  })

  test('is that of STS, too', () => {
    const keyless = {
      token: '',
      oidc_provider_urn: 'iam::a:oidcProvider:b',
      oidc_agency_urn: 'iam::a:agency:b',
    }
    const { credentials } = taken({ ...keyless, job_id: address })
    expect(credentials).toMatchObject({
      stsEndpoint: new URL('https://sts.cn-east-3.myhuaweicloud.com'),
    })
  })

  test('is none where endpoint is given', () => {
    const endpoint = 'https://codearts.example:8443/x'
    for (const more of [{}, { region: 'cn-north-1' }])
      expect(
        taken({ job_id: `${address}\n${elsewhere}`, build_no: 'latest', endpoint, ...more }).place,
      ).toEqual({
        host: 'codearts.example:8443',
        region: undefined,
        isDefault: false,
      })
  })

  test('is none of another host', () => {
    expect(taken({ job_id: `https://codearts.example/${ID}` }).place).toEqual({
      host: 'cloudbuild-ext.cn-north-4.myhuaweicloud.com',
      region: 'cn-north-4',
      isDefault: true,
    })
  })

  test('may not be another one than the input, or than that of another line', () => {
    expect(problems({ job_id: address, region: 'cn-north-4' })).toEqual([
      'region must be cn-east-3 as in the address of job_id, or left out, not cn-north-4',
    ])
    expect(problems({ job_id: `${address}\n${elsewhere}`, build_no: 'latest' })).toEqual([
      'job_id must have addresses of one region, not of cn-east-3 and ap-southeast-3',
    ])
  })

  test('keeps the project of another region out', () => {
    const keys = { HW_ACCESS_KEY: 'AK', HW_SECRET_KEY: 'SK', HW_PROJECT_ID: 'P' }
    const project = (changes: InputValues, variables: Readonly<Record<string, string>>) => {
      const { credentials } = taken({ token: '', ...changes }, { ...keys, ...variables })
      return credentials.kind === 'access_keys' ? credentials.keys.projectId : 'no keys'
    }
    expect(project({ job_id: address }, {})).toBe('P')
    expect(project({ job_id: address }, { HW_REGION_NAME: 'cn-east-3' })).toBe('P')
    expect(project({ job_id: address }, { HW_REGION_NAME: 'cn-north-4' })).toBeUndefined()
    expect(project({ job_id: address }, { HUAWEI_CLOUD_REGION: 'cn-north-4' })).toBeUndefined()
    expect(project({ job_id: address, project_id: 'Q' }, { HW_REGION_NAME: 'cn-north-4' })).toBe('Q')
    expect(
      project({ job_id: address, endpoint: 'https://x.example' }, { HW_REGION_NAME: 'cn-north-4' }),
    ).toBe('P')
  })
})
