import {
  answer,
  camelCase,
  chunk,
  changed,
  changedRecord,
  head,
  jsonAnswer,
  LAST_CHUNK,
  raw,
  text,
} from './answers.ts'
import { nested } from './bodies.ts'
import type { Fault } from './fault.ts'
import { PASSING_ANSWER_V1 } from '../builders/passing-build.ts'

/** An answer that has to pass, odd as it looks: without these, a gate that always says no would stand every fault. */
export type PassingAnswer = Pick<Fault, 'name' | 'write'>

const MAX_BODY_BYTES = 512 * 1024

export const passingAnswers: readonly PassingAnswer[] = [
  { name: 'content-length', write: text(body => body) },
  { name: 'chunked', write: raw(body => answer(body, { framing: 'chunked' })) },
  { name: 'ended by close', write: raw(body => answer(body, { framing: 'close' })) },
  {
    name: 'one byte in each chunk',
    write: raw(body =>
      Buffer.concat([
        Buffer.from(head(200, ['Transfer-Encoding: chunked'])),
        ...Array.from(body, byte => chunk(Buffer.from([byte]))),
        LAST_CHUNK,
      ]),
    ),
  },
  { name: 'HTTP/1.0', write: raw(body => `HTTP/1.0 200 OK\r\n\r\n${body.toString()}`) },
  {
    name: 'content-encoding identity',
    write: text(body => body, { headers: ['Content-Encoding: identity'] }),
  },
  {
    name: 'a hint ahead of the answer',
    write: raw(body =>
      Buffer.concat([Buffer.from('HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'), answer(body)]),
    ),
  },
  { name: 'the envelope of v1', write: jsonAnswer(200, PASSING_ANSWER_V1) },
  {
    name: 'empty codes and a message',
    write: changed(whole => ({
      ...whole,
      message: 'OK',
      err_code: '',
      errCode: null,
      error_code: '',
      error: null,
    })),
  },
  {
    name: 'camelCase',
    write: changedRecord(record =>
      Object.fromEntries(Object.entries(record).map(([name, value]) => [camelCase(name), value])),
    ),
  },
  {
    name: 'both casings with one value',
    write: changedRecord(record => ({
      ...record,
      ...Object.fromEntries(Object.entries(record).map(([name, value]) => [camelCase(name), value])),
    })),
  },
  { name: 'the status alone', write: changedRecord(() => ({ status: 'SUCCESS' })) },
  {
    name: 'every field null but the status',
    write: changedRecord(record => ({
      ...Object.fromEntries(Object.keys(record).map(name => [name, null])),
      status: 'SUCCESS',
    })),
  },
  {
    name: 'fields that nobody knows yet',
    write: changedRecord(record => ({ ...record, stages: [{ name: 'build' }], pending_duration: 3000 })),
  },
  {
    name: 'fields of another type that decide nothing',
    write: changedRecord(record => ({
      ...record,
      ...{ repo_id: 2_111_616_838, user_id: 17, err_msg: [], commit_message: {}, duration: '1e5' },
      ...{ use_private_slave: false, finish_time: 1_665_477_027_000, id: 5 },
    })),
  },
  {
    name: 'numbers of another type',
    write: changedRecord(record => ({ ...record, build_no: String(record['build_no']), duration: 100068.5 })),
  },
  {
    name: 'the same key twice deeper within the record',
    write: text(body =>
      body.toString().replace('"status":"SUCCESS"', '$&,"more":{"a":1,"a":2},"list":[{"a":1,"a":2}]'),
    ),
  },
  {
    name: '40 levels of nesting',
    write: changedRecord(record => ({ ...record, more: JSON.parse(nested(40)) as unknown })),
  },
  {
    name: 'a body of 512 KiB',
    write: text(body => Buffer.concat([body, Buffer.alloc(MAX_BODY_BYTES - body.length, ' ')])),
  },
  {
    name: 'a commit message of half a megabyte',
    write: changedRecord(record => ({ ...record, commit_message: 'm'.repeat(500_000) })),
  },
]
