import type { Peer } from '../faults/faults.ts'

/** An answer to ExecuteJob in the envelope that others have seen. */
export const START_ANSWER = {
  result: {
    octopus_job_name: 'j_YE1bu9Z7',
    actual_build_number: '20',
    daily_build_number: '20200612.20',
  },
  error: null,
  status: 'success',
} as const

/** `START_ANSWER` as the service sends it: faults are ways of spoiling these bytes. */
export const START_BODY = Buffer.from(JSON.stringify(START_ANSWER))

/** The answer as the documents have it (ExecuteJob): without an envelope. */
export const FLAT_ANSWER = START_ANSWER.result

/** A script that does what another does, and keeps what it sends: one text for each request. */
export function recorded(script: { readonly write: (peer: Peer, body: Buffer) => void | Promise<void> }) {
  const answers: string[] = []
  const write = (peer: Peer, body: Buffer): void | Promise<void> => {
    const at = answers.push('') - 1
    const send = (bytes: string | Uint8Array): Promise<boolean> => {
      const before = answers[at] ?? ''
      // Enough for the head and for a code; some faults send for ever.
      if (before.length < 10_000) answers[at] = before + Buffer.from(bytes).toString('latin1')
      return peer.send(bytes)
    }
    return script.write(Object.create(peer, { send: { value: send } }) as Peer, body)
  }
  return { answers, script: { ...script, write } }
}

const REFUSING_STATUS = /^HTTP\/1\.[01] (400|401|403|404|422)\b/
const NAMED_4XX = /^HTTP\/1\.[01] 4(?!08|99)[0-9][0-9] [^]*"(error_?code|err_?code|code)\\?":/i
const NAMES_A_BUILD = /actual_?build_?number|daily_?build_?number|octopus_?job_?name/i

/** @returns whether an answer is one of those that start nothing (contract section 7), as far as its text tells. */
export function mayRefuse(answers: string): boolean {
  // What stands behind an answer on the same connection is not read.
  const [answer = ''] = answers.split(/(?=HTTP\/1\.[01] )/)
  return (REFUSING_STATUS.test(answer) || NAMED_4XX.test(answer)) && !NAMES_A_BUILD.test(answer)
}

/** @returns whether an answer is one of the few after which the request may be sent again. */
export function asksForAnotherTry(answer: string): boolean {
  return /^HTTP\/1\.[01] (400|429)\b/.test(answer) && /"API(GW|G)\.0308\\?"/.test(answer)
}
