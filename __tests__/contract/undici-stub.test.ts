import { readFileSync } from 'node:fs'
import { HttpClient } from '@actions/http-client'
import { afterEach, describe, expect, test } from '@jest/globals'

const manifest = readJson('package.json') as { readonly overrides: unknown }
const lock = readJson('package-lock.json') as { readonly packages: Readonly<Record<string, unknown>> }

const before = process.env['https_proxy']
afterEach(() => {
  if (before === undefined) delete process.env['https_proxy']
  else process.env['https_proxy'] = before
})

describe('undici', () => {
  test('is the one package that is replaced, everywhere', () => {
    expect(manifest.overrides).toEqual({ undici: 'file:tools/undici-stub' })
    const places = Object.keys(lock.packages).filter(place => place.endsWith('/undici'))
    expect(places).toEqual(['node_modules/undici'])
    // npm 11 writes a path here that dangles when it adds the link itself: then write this one again.
    expect(lock.packages['node_modules/undici']).toEqual({ resolved: 'tools/undici-stub', link: true })
  })

  test('throws where the toolkit uses it, in the one function that the gate never calls', () => {
    process.env['https_proxy'] = 'http://proxy.test:8080'
    const client = new HttpClient('test')
    expect(() => {
      client.getAgentDispatcher('https://codearts.test')
    }).toThrow('tools/undici-stub')
  })
})

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'))
}
