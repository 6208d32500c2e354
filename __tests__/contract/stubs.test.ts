import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { get } from 'node:http'
import { platform } from '@actions/core'
import { HttpClient } from '@actions/http-client'
import { afterEach, describe, expect, test } from '@jest/globals'

// What comes with the toolkit and is not used is replaced by stubs of a few lines, which never run but here.

const STUBS = { '@actions/exec': 'exec', tunnel: 'tunnel', undici: 'undici' }

const manifest = readJson('package.json') as { readonly overrides: unknown }
const lock = readJson('package-lock.json') as { readonly packages: Readonly<Record<string, unknown>> }

const before = process.env['https_proxy']
afterEach(() => {
  if (before === undefined) delete process.env['https_proxy']
  else process.env['https_proxy'] = before
})

test('nothing else is replaced', () => {
  const folders = Object.entries(STUBS).map(([name, folder]) => [name, `file:tools/stubs/${folder}`])
  expect(manifest.overrides).toEqual(Object.fromEntries(folders))
})

test.each(Object.entries(STUBS))('%s is replaced everywhere', (name, folder) => {
  const places = Object.keys(lock.packages).filter(place => place.endsWith(`node_modules/${name}`))
  expect(places).toEqual([`node_modules/${name}`])
  // npm 11 writes a path here that dangles when it adds the link itself: then write this one again.
  expect(lock.packages[`node_modules/${name}`]).toEqual({ resolved: `tools/stubs/${folder}`, link: true })
})

test('npm finds nothing wrong with them', () => {
  const listed = execFileSync('npm', ['ls', ...Object.keys(STUBS)], { encoding: 'utf8' })
  expect(listed.match(/-> \.\/tools\/stubs\//g)?.length).toBeGreaterThanOrEqual(3)
})

describe('where the toolkit uses it', () => {
  function proxied(): HttpClient {
    process.env['https_proxy'] = 'http://proxy.test:8080'
    return new HttpClient('test')
  }

  test('undici throws, in the one function that the gate never calls', () => {
    expect(() => {
      proxied().getAgentDispatcher('https://codearts.test')
    }).toThrow('tools/stubs/undici')
  })

  test('@actions/exec throws, in the one function that the gate never calls', async () => {
    await expect(platform.getDetails()).rejects.toThrow('tools/stubs/exec')
  })

  test('tunnel makes an agent that Node refuses: a request never goes out past the proxy', async () => {
    const agent = proxied().getAgent('https://codearts.test')
    expect(agent).toEqual({})
    expect(() => get('http://127.0.0.1:9', { agent })).toThrow(/agent.*must be/)
    await expect(proxied().get('https://codearts.test')).rejects.toThrow(/agent.*must be/)
  })
})

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'))
}
