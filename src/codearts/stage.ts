import { isJsonObject, type JsonObject } from './json.ts'

/** One stage of a build, as the service gave it; what is missing or of another type is the empty string. */
export interface Stage {
  readonly name: string
  readonly status: string
  /** Milliseconds, as digits. */
  readonly duration: string
}

/**
 * @param result of an answer: `build_stages` maps keys such as `initial` and `stage1` to stages, in snake_case or
 * camelCase.
 * @returns the stages in the order of their `sequence`, those without one last; undefined when it has no such map.
 */
export function parseStages(result: unknown): readonly Stage[] | undefined {
  if (!isJsonObject(result)) return undefined
  const stages = result['build_stages'] ?? result['buildStages']
  if (!isJsonObject(stages)) return undefined
  return Object.entries(stages)
    .flatMap(([key, stage]) => (isJsonObject(stage) ? [{ key, stage }] : []))
    .sort((one, other) => sequenceOf(one.stage) - sequenceOf(other.stage))
    .map(({ key, stage }) => ({
      name: textOf(stage, 'display_name', 'displayName') || key,
      status: textOf(stage, 'status'),
      duration: /^[0-9]{1,15}$/.exec(textOf(stage, 'duration'))?.[0] ?? '',
    }))
}

function sequenceOf({ sequence }: JsonObject): number {
  return typeof sequence === 'number' ? sequence : Number.MAX_SAFE_INTEGER
}

function textOf(stage: JsonObject, ...names: string[]): string {
  for (const name of names) {
    const value = Object.hasOwn(stage, name) ? stage[name] : undefined
    if (typeof value === 'string') return value
    if (typeof value === 'number') return String(value)
  }
  return ''
}
