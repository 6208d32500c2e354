/** Select Graphic Rendition: the sequences of ECMA-48 that set colours and weights, and move nothing. */
const SGR = /(\u001b\[[0-9;:]*m)/

/** Splits a line into text, at even places, and SGR sequences, at odd ones. */
export function splitAtSgr(line: string): string[] {
  return line.split(SGR)
}

/** @returns the line without its SGR sequences. */
export function withoutSgr(line: string): string {
  return splitAtSgr(line)
    .filter((_, place) => place % 2 === 0)
    .join('')
}

const COLOUR = '[39][0-7]|39|4[0-79]|10[0-7]|[34]8;5;[0-9]{1,3}|[34]8;2(?:;[0-9]{1,3}){3}'
const HARMLESS_CODE = `(?:0{0,2}|0?[134]|2[234]|${COLOUR})`
const HARMLESS_SGR = new RegExp(`^\\u001b\\[${HARMLESS_CODE}(?:;${HARMLESS_CODE})*m$`)

/**
 * @returns whether an SGR sequence only sets colours, bold, italics or underlining, or resets them. Concealed text
 * (code 8) would be there and not be seen.
 */
export function isHarmlessSgr(sequence: string): boolean {
  return HARMLESS_SGR.test(sequence)
}
