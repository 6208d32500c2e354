import { message, type Message } from '../util/message.ts'
import { problemsOf, quoted, type Fault, type InputReader } from './input-reader.ts'
import { isRegion } from './regions.ts'

/** A build task, as an ID or the address of one of its pages names it. Nothing asks the address for anything. */
export interface BuildTask {
  readonly jobId: string
  /** The page of the task without a query, for people; empty where an ID was given. */
  readonly url: string
  /** The region that the host of the page names. */
  readonly region: string | undefined
}

/** What names a build task, for people. */
export const TASK_ACCEPTS =
  'the 32 letters and digits of the build task’s ID or the https:// address of its page'

const JOB_ID = /^[0-9A-Za-z]{32}$/
const WHERE = 'the 32 letters and digits after /detail/history/'
const MAX_ADDRESS_CHARACTERS = 2_000
const MAX_SHOWN_CHARACTERS = 200

/** @returns the task that an ID or an address names (contract section 1), or what is wrong with the text. */
export function parseBuildTask(text: string): BuildTask | Fault {
  if (isAddress(text)) return parseAddress(text)
  if (JOB_ID.test(text)) return { jobId: text, url: '', region: undefined }
  return { words: `must be ${TASK_ACCEPTS}, not`, shown: shownTask(text) }
}

/** Reads the one build task of an action that takes no more. @returns undefined if a problem was added. */
export function readBuildTask(reader: InputReader<'job_id'>): BuildTask | undefined {
  const task = reader.read('job_id', { accepts: TASK_ACCEPTS, parse: parseBuildTask })
  if (task === undefined || 'jobId' in task) return task
  reader.problems.push(...problemsOf('job_id', [task]))
  return undefined
}

/** @returns whether a value or a line is the address of a page. */
export function isAddress(text: string): boolean {
  return text.startsWith('https://')
}

function parseAddress(text: string): BuildTask | Fault {
  const shown = shownTask(text)
  if (text.length > MAX_ADDRESS_CHARACTERS || !ADDRESS.test(text) || !URL.canParse(text))
    return { words: NO_ADDRESS, shown }
  const { origin, hostname, pathname, hash } = new URL(text)
  const [fragment = ''] = hash.slice(1).split('?')
  const found = idsIn(fragment, pathname)
  const [jobId, other] = new Set(found.map(({ id }) => id))
  if (jobId === undefined)
    return { words: `must be an address with the task’s ID (${WHERE}), or ID/NUMBER, not`, shown }
  if (other !== undefined) return { words: 'must be the address of one build task, not of two:', shown }
  if (found.some(({ rest }) => IS_NUMBER_MEANT.test(rest)))
    return { words: BEHIND_ID, shown: message`write ${jobId}/NUMBER for ${shown}` }
  const [, name = ''] = /^devcloud\.([^.]+)\.huaweicloud\.com$/.exec(hostname) ?? []
  const isInFragment = found.some(({ place }) => place === fragment)
  return {
    jobId,
    url: origin + pathname + (isInFragment ? `#${fragment}` : ''),
    region: isRegion(name) ? name : undefined,
  }
}

/** With a plain host: the URL parser would find one behind more slashes, takes `\` for a slash, and lets quotes be. */
const ADDRESS = /^https:\/\/(?:[\w.-]+|\[[\da-f:.]+\])(?::\d*)?(?:[/?#][\x21-\x7e]*)?$/i

const NO_ADDRESS = `must be an https:// address of at most ${MAX_ADDRESS_CHARACTERS} visible ASCII characters without user and password, not`
const BEHIND_ID =
  'must be ID/NUMBER, because a number or a / after the ID in an address is not read; the ID is the 32 letters and digits in front of it:'

/** Somebody wrote `ADDRESS/build_no`: a number, or nothing, because an expression was empty. */
const IS_NUMBER_MEANT = /^\/+(?:(?:[0-9]|%3[0-9])+(?:\/|$)|$)/i

/** An ID in a fragment or a path, and what follows it there. */
interface Found {
  readonly place: string
  readonly id: string
  readonly rest: string
}

/** @returns each ID behind `/detail/history/`; without one the last part that may be an ID, of the fragment or else of the path. */
function idsIn(...places: readonly string[]): Found[] {
  const found = places.flatMap(place =>
    // An encoded character behind it may be a letter or a digit.
    Array.from(
      place.matchAll(/\/detail\/history\/([0-9A-Za-z]{32})(?![0-9A-Za-z%])/g),
      ({ 0: all, 1: id = '', index }) => ({
        place,
        id,
        rest: place.slice(index + all.length),
      }),
    ),
  )
  if (found.length > 0) return found
  const last = places.map(lastPart).find(one => one !== undefined)
  return last === undefined ? [] : [last]
}

/** @returns the last part of a fragment or path that may be an ID: the ID of a project, which stands behind `/project/`, is none. */
function lastPart(place: string): Found | undefined {
  const parts = place.split('/')
  const isBehindProject = (at: number): boolean =>
    parts.slice(0, at).findLast(part => part !== '') === 'project'
  const at = parts.findLastIndex((part, at) => JOB_ID.test(part) && !isBehindProject(at))
  const id = parts[at]
  return id === undefined ? undefined : { place, id, rest: ['', ...parts.slice(at + 1)].join('/') }
}

/** @returns a text as it may be shown: of an address scheme, host and path, since all else may hold a secret. */
export function shownTask(text: string): Message {
  if (!text.includes('://')) return quoted(text)
  const [start = ''] = text.split(/[?#]/)
  return start.includes('@') ? message`one with @ in it` : quoted(start, MAX_SHOWN_CHARACTERS)
}
