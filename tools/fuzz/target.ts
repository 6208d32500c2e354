import assert from 'node:assert/strict'
import type { IRawProperty } from 'fast-check'

/** One thing to be fuzzed: a function, what it is given, and what must hold whatever it is given. */
export interface Target {
  readonly name: string
  readonly property: IRawProperty<unknown, false>
}

/** Fails the target. */
export function claim(isTrue: boolean, sentence: string): asserts isTrue {
  assert.ok(isTrue, sentence)
}
