import { describe, expect, test } from '@jest/globals'
import { DEFAULT_REGION, endpointOf, isRegion } from '../../src/inputs/regions.ts'

describe('the endpoint of a region', () => {
  // CodeArtsBuildRegion of the official SDKs.
  test.each([
    ...['cn-north-4', 'cn-north-1', 'cn-east-2', 'cn-south-1', 'cn-east-3', 'cn-south-2', 'cn-southwest-2'],
    ...['ap-southeast-3', 'sa-brazil-1', 'la-north-2', 'la-south-2', 'tr-west-1'],
    // Of the service's own page of endpoints.
    'cn-northeast-1',
  ])('%s', region => {
    expect(isRegion(region)).toBe(true)
    expect(endpointOf(region).href).toBe(`https://cloudbuild-ext.${region}.myhuaweicloud.com/`)
  })

  test('Europe has a host of its own', () => {
    expect(isRegion('eu-west-101')).toBe(true)
    expect(endpointOf('eu-west-101').href).toBe('https://build-backend.eu-west-101.myhuaweicloud.eu/')
  })

  test('the default is the service’s home', () => {
    expect(DEFAULT_REGION).toBe('cn-north-4')
    expect(isRegion(DEFAULT_REGION)).toBe(true)
  })
})

describe('no region', () => {
  test.each([
    ...[
      '',
      ' ',
      'cn',
      'cn-north',
      'cn-north-',
      '-north-4',
      'north-4',
      'cnn-north-4',
      'cn-n-4',
      'cn-north-4444',
    ],
    ...['CN-NORTH-4', 'Cn-north-4', 'cn_north_4', 'cn-north4', 'cn-north-4a', 'cn-north-4-5', ' cn-north-4'],
    ...[
      'cn-north-4 ',
      'cn-north-4\n',
      '\ncn-north-4',
      'cn-north-4\0',
      'cn-north-4.',
      'cn-north-4/',
      'cn-north-4#',
    ],
    ...[
      'cn-north-4?',
      'cn-north-4@',
      'cn-north-4:443',
      'cn-north-4.evil.example',
      'x.cn-north-4',
      'сn-north-4',
    ],
    ...['cn-north-４', 'constructor', '__proto__', `cn-${'x'.repeat(21)}-1`],
  ])('%j', text => {
    expect(isRegion(text)).toBe(false)
  })
})
