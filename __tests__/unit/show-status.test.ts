import { expect, test } from '@jest/globals'
import { fc } from '../support/properties.ts'
import { showStatus } from '../../src/gate/messages.ts'

test.each([
  ['SUCCESS', 'SUCCESS'],
  ['SCHEDULE_FAILURE', 'SCHEDULE_FAILURE'],
  ['timeout', 'timeout'],
  ['', '(none)'],
  ['success', '"success"'],
  ['Success', '"Success"'],
  ['SUCCESS ', '"SUCCESS "'],
  [' ', '" "'],
  ['SUCCESS\n', '"SUCCESS\\n"'],
  ['SU\u0421CESS', '"SU\\u0421CESS"'],
  ['SUCCESS\u200b', '"SUCCESS\\u200b"'],
  ['\uff33\uff35\uff23\uff23\uff25\uff33\uff33', '"\\uff33\\uff35\\uff23\\uff23\\uff25\\uff33\\uff33"'],
  ['\u{1d412}UCCESS', '"\\u{1d412}UCCESS"'],
  ['SUCCESS\ud800', '"SUCCESS\\ud800"'],
  ['"SUCCESS"', '"\\"SUCCESS\\""'],
  ['(none)', '"(none)"'],
  ['构建成功', '"构建成功"'],
])('the status %j is shown as %s', (status, shown) => {
  expect(showStatus(status)).toBe(shown)
})

test('no other status looks like SUCCESS', () => {
  const near = fc
    .array(fc.constantFrom('S', 'U', 'C', 'E', 'SUCCESS', ' ', '\u0421', '\u0405', '\u200b', '\0'), {
      maxLength: 8,
    })
    .map(parts => parts.join(''))
  fc.assert(
    fc.property(fc.oneof(near, fc.string({ unit: 'binary' })), status => {
      fc.pre(status !== 'SUCCESS')
      expect(showStatus(status)).not.toBe('SUCCESS')
      expect(showStatus(status)).toMatch(/^(?:[\w()]+|"[ -~\p{Script=Han}]*")$/u)
    }),
  )
})

test('a status without end is not escaped to its end', () => {
  expect(showStatus('\x7f'.repeat(2_000_000)).length).toBeLessThan(200_000)
})
