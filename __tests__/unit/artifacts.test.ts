import { describe, expect, test } from '@jest/globals'
import { parseArtifacts } from '../../src/codearts/artifacts.ts'
import { readApiResponse } from '../../src/codearts/response.ts'
import { rawText } from '../../src/util/message.ts'

/** @returns the artifacts in an answer whose `result` is that text, or why it has none. */
function artifactsIn(result: string) {
  const body = { text: `{"result":${result},"error":null,"status":"success"}` }
  const response = readApiResponse({ ok: true, status: 200, headers: {}, body }, 0)
  return response.ok ? parseArtifacts(response) : rawText(response.error.message)
}

const NONE = { name: '', version: '', type: '', uri: '' }

describe('what a build made', () => {
  test('is packages, then images, each as it came', () => {
    const uri = 'https://x.example/a b/%20?q=1#é\\u0000\\ud800'
    const text = `{
      "image_infos":{"i":{"name":"octo/app","version":"4","type":"image","uri":"swr.example/octo/app@sha256:00"}},
      "package_infos":{"p":{"project_id":"1","name":" app.jar\\n","version":"1.0","package_type":"jar","type":"package","uri":"${uri}"}}}`
    expect(artifactsIn(text)).toEqual([
      {
        kind: 'package',
        name: ' app.jar\n',
        version: '1.0',
        type: 'jar',
        uri: JSON.parse(`"${uri}"`) as string,
      },
      { kind: 'image', name: 'octo/app', version: '4', type: 'image', uri: 'swr.example/octo/app@sha256:00' },
    ])
  })

  test('is in the order of the answer, also under keys that are numbers', () => {
    const keys = ['10', 'b', '2', '', '__proto__', 'a', '0', '\\u0031']
    const map = keys.map(key => `"${key}":{"name":"${key}"}`).join(',')
    const names = keys.map(key => JSON.parse(`"${key}"`) as string)
    for (const [packages, images] of [
      ['package_infos', 'image_infos'],
      ['packageInfos', 'imageInfos'],
      ['package\\u005finfos', 'image\\u005finfos'],
    ] as const) {
      const artifacts = artifactsIn(`{"${packages}":{${map}},"x":{"3":1,"1":1},"${images}":{${map}}}`)
      expect(artifacts).toEqual([
        ...names.map(name => ({ ...NONE, kind: 'package', name })),
        ...names.map(name => ({ ...NONE, kind: 'image', name })),
      ])
    }
  })

  test.each([
    ['{"packageInfos":{"a":{"packageType":"zip","type":"package"}}}', { type: 'zip' }],
    ['{"package_infos":{"a":{"package_type":null,"type":"t"}}}', { type: 't' }],
    ['{"package_infos":{"a":{"package_type":"","type":7}}}', { type: '7' }],
    ['{"package_infos":{"a":{"name":null}}}', {}],
    ['{"package_infos":{"a":{}}}', {}],
    ['{"package_infos":{"a":{"version":12345678901234567890123}}}', { version: '12345678901234567890123' }],
    ['{"package_infos":{"a":{"version":4.10,"name":"x"}}}', { name: 'x', version: '4.10' }],
    ['{"package_info":{"name":"x"}}', { name: 'x' }],
    ['{"packageInfo":{"name":"x"},"packageInfos":{}}', { name: 'x' }],
    ['{"package_info":{"name":"x"},"package_infos":null,"image_infos":""}', { name: 'x' }],
    ['{"package_info":{"name":"y"},"package_infos":{"a":{"name":"x"}}}', { name: 'x' }],
    ['{"package_infos":{"a":{"name":"x"}},"packageInfos":{"a":{"name":"x"}}}', { name: 'x' }],
  ])('is one package in %s', (text, expected) => {
    expect(artifactsIn(text)).toEqual([{ ...NONE, kind: 'package', ...expected }])
  })

  test.each([
    ['null'],
    ['{}'],
    ['{"package_infos":null}'],
    ['{"package_infos":{},"package_info":{},"image_infos":{}}'],
    ['{"packageInfos":[],"imageInfos":"","other":1}'],
  ])('is nothing in %s', text => {
    expect(artifactsIn(text)).toEqual([])
  })
})

describe('what cannot be read is an error, and no empty list', () => {
  test.each([
    ['[]', 'its result is not an object'],
    ['""', 'its result is not an object'],
    ['0', 'its result is not an object'],
    ['{"packages":{}}', 'its result has neither package_infos nor package_info nor image_infos'],
    ['{"package_infos":[{"name":"x"}]}', 'its package_infos is not an object'],
    ['{"package_infos":0}', 'its package_infos is not an object'],
    ['{"package_infos":false}', 'its package_infos is not an object'],
    ['{"package_infos":{"a":{}},"image_infos":"x"}', 'its image_infos is not an object'],
    ['{"package_infos":{"a":{}},"package_info":7}', 'its package_info is not an object'],
    ['{"package_infos":{"a":null}}', 'one package of its list is not an object'],
    ['{"image_infos":{"a":"x"}}', 'one image of its list is not an object'],
    ['{"image_infos":{"a":1.0}}', 'one image of its list is not an object'],
    ['{"image_infos":{"a":{"uri":true}}}', 'the uri of one image is neither a text nor a number'],
    ['{"package_infos":{"a":{"name":{}}}}', 'the name of one package is neither a text nor a number'],
    [
      '{"package_infos":{"a":{"packageType":[]}}}',
      'the package_type of one package is neither a text nor a number',
    ],
    [
      '{"package_infos":{"a":{"package_type":"a","packageType":"b"}}}',
      'its fields package_type and packageType differ',
    ],
    ['{"package_infos":{},"packageInfos":{"a":{}}}', 'its fields package_infos and packageInfos differ'],
    ['{"package_infos":{"a":{},"a":{}}}', /has the key "a" twice$/],
    ['{"imageInfos":{"2":{},"1":{},"\\u0032":{}}}', /has the key "2" twice$/],
    ['{"package_infos":{"a":{"uri":"x","uri":"y"}}}', /has the key "uri" twice$/],
    ['{"package_info":{"uri":"x","uri":"y"}}', /has the key "uri" twice$/],
    ['{"package_infos":{"a":{}},"package_infos":{}}', /has the key "package_infos" twice$/],
  ])('%s', (text, why) => {
    const said = artifactsIn(text)
    expect(typeof said).toBe('string')
    if (typeof why === 'string') expect(said).toBe(why)
    else expect(said).toMatch(why)
  })

  test('an answer without a result', () => {
    const body = { text: '{"status":"success"}' }
    const response = readApiResponse({ ok: true, status: 200, headers: {}, body }, 0)
    expect(response.ok && parseArtifacts(response)).toBe('its result is not an object')
  })
})

test('keys that are twice elsewhere stay what they were', () => {
  expect(
    artifactsIn('{"package_infos":{"a":{"name":"x","more":{"k":1,"k":2}}},"other":{"k":1,"k":2}}'),
  ).toEqual([{ ...NONE, kind: 'package', name: 'x' }])
})
