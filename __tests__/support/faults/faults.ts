import * as bodies from './bodies.ts'
import * as connection from './connection.ts'
import * as envelopes from './envelopes.ts'
import * as protocol from './protocol.ts'
import * as records from './records.ts'
import * as statuses from './statuses.ts'
import type { Fault } from './fault.ts'
import { PASSING_BODY } from '../builders/passing-build.ts'

export { everyCut } from './connection.ts'
export type { Fault, Peer } from './fault.ts'

/** Every fault, but for `everyCut`, that any answer of the service may have, whatever was asked for. */
export const answerFaults: readonly Fault[] = [
  ...connection.cuts(PASSING_BODY),
  ...connection.falseEnds,
  ...connection.stalls,
  ...connection.drips,
  ...connection.floods,
  ...connection.bareConnections,
  ...protocol.malformed,
  ...protocol.oversizedHeaders,
  ...protocol.strayAnswers,
  ...protocol.encodings,
  ...protocol.redirects,
  ...protocol.emptyStatuses,
  ...bodies.notJson,
  ...bodies.otherJson,
  ...bodies.repeatedKeys,
  ...bodies.tooLarge,
  ...bodies.emptyPromises,
  ...bodies.heavyJson,
  ...bodies.openBrackets,
  ...envelopes.successSigns,
  ...envelopes.missingSigns,
  ...envelopes.outerStatuses,
  ...envelopes.namedErrors,
  ...envelopes.oddErrors,
  ...envelopes.results,
  ...statuses.httpStatuses,
  ...statuses.oddStatuses,
  ...statuses.publishedErrors,
  ...statuses.notFoundCodes,
  ...statuses.throttleCodes,
  ...statuses.errorsWith200,
  ...statuses.unsettledCodes,
]

/** Every fault of a record that the gate is swept with. None of them may make it exit 0. */
export const faults: readonly Fault[] = [
  ...answerFaults,
  ...records.fieldTypes,
  ...records.statusTypes,
  ...records.bothCasings,
  ...records.words,
  ...records.running,
  ...records.misplacedStatuses,
]

/** @returns the faults of each group, in the order in which the groups first come up. */
export function faultsByGroup(all: readonly Fault[] = faults): ReadonlyMap<string, readonly Fault[]> {
  const groups = new Map<string, Fault[]>()
  for (const fault of all) groups.set(fault.group, [...(groups.get(fault.group) ?? []), fault])
  return groups
}
