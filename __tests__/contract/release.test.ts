import { execFileSync } from 'node:child_process'
import { mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { readChangelog } from '../../tools/release/changelog.ts'
import { filesWithoutOwner, putOwner } from '../../tools/release/owner.ts'

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

describe('the owner of the repository', () => {
  const placeholder = ['OWNER', 'codearts-build-gate'].join('/')

  test('is put into every file that Git knows, once', () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'owner-'))
    const write = (file: string, text: string): void => {
      writeFileSync(join(folder.path, file), text)
    }
    write('page.md', `uses: ${placeholder}@v1 and ${placeholder}/start@v1, repo:OWNER/REPOSITORY`)
    write('other.md', 'nothing')
    execFileSync('git', ['init', '--quiet'], { cwd: folder.path })
    execFileSync('git', ['add', '.'], { cwd: folder.path })
    write('unknown.md', placeholder)
    expect(filesWithoutOwner(folder.path)).toEqual(['page.md'])
    expect(putOwner(folder.path, 'octo-org')).toEqual(['page.md'])
    expect(readFileSync(join(folder.path, 'page.md'), 'utf8')).toBe(
      'uses: octo-org/codearts-build-gate@v1 and octo-org/codearts-build-gate/start@v1, repo:OWNER/REPOSITORY',
    )
    expect(putOwner(folder.path, 'octo-org')).toEqual([])
  })

  test.each(['', 'octo org', '-octo', 'octo/org', 'o'.repeat(40)])('"%s" is none', name => {
    expect(() => putOwner(import.meta.dirname, name)).toThrow('is not the name of')
  })
})
