import { describe, expect, test } from '@jest/globals'
import { readChangelog } from '../../tools/release/changelog.ts'
import { sbomOf } from '../../tools/release/sbom.ts'

describe('the changelog', () => {
  test('has an entry for each heading, with version, date and notes', () => {
    const text =
      '# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-11-25\n\n### Added\n\n- One.\n\n## 1.2.2 - 2026-10-01\n'
    expect(readChangelog(text)).toEqual([
      { version: 'Unreleased', date: '', notes: '' },
      { version: '1.2.3', date: '2026-11-25', notes: '### Added\n\n- One.' },
      { version: '1.2.2', date: '2026-10-01', notes: '' },
    ])
  })

  test('a heading in another form has no version', () => {
    expect(readChangelog('## Version 1.2.3, soon\n')[0]?.version).toBe('')
  })
})

describe('the bill of materials', () => {
  const integrity = `sha512-${Buffer.alloc(64, 0xab).toString('base64')}`
  const packages = [
    { name: '@actions/http-client', version: '4.0.1', license: 'MIT', integrity },
    { name: 'yaml', version: '2.9.1', license: 'ISC', integrity },
  ]
  const bill = JSON.parse(sbomOf('1.2.3', packages)) as {
    components: Record<string, unknown>[]
    dependencies: { ref: string; dependsOn?: string[] }[]
    metadata: { component: Record<string, unknown> }
  }

  test('names a package of npm by its URL and its hash', () => {
    expect(bill.components[0]).toMatchObject({
      group: '@actions',
      name: 'http-client',
      purl: 'pkg:npm/%40actions/http-client@4.0.1',
      licenses: [{ license: { id: 'MIT' } }],
      hashes: [{ alg: 'SHA-512', content: 'ab'.repeat(64) }],
    })
  })

  test('has every component under the gate, and the hash of dist/', () => {
    expect(bill.dependencies[0]?.dependsOn).toEqual([
      'pkg:npm/%40actions/http-client@4.0.1',
      'pkg:npm/yaml@2.9.1',
    ])
    expect(bill.metadata.component['hashes']).toEqual([
      { alg: 'SHA-256', content: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ])
  })

  test('is the same every time', () => {
    expect(sbomOf('1.2.3', packages)).toBe(sbomOf('1.2.3', packages))
  })
})
