import { describe, expect, test } from '@jest/globals'
import { readChangelog } from '../../tools/release/changelog.ts'

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
