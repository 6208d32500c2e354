import fastCheck, {
  type IAsyncProperty,
  type IProperty,
  type IRawProperty,
  type Parameters,
} from 'fast-check'

/**
 * Properties are tried with the same inputs in every run, so that a change fails for what it changed and passes for what
 * it kept. Others are looked for elsewhere, by `npm run check:properties` with another seed:
 * `PROPERTY_SEED=N` begins with any number, `PROPERTY_RUNS=N` tries N times as many inputs.
 */
fastCheck.configureGlobal({ seed: wholeNumber('PROPERTY_SEED', '20261125') })

const factor = wholeNumber('PROPERTY_RUNS', '1')
const USUAL_RUNS = 100

function assert<T>(property: IAsyncProperty<T>, parameters?: Parameters<T>): Promise<void>
function assert<T>(property: IProperty<T>, parameters?: Parameters<T>): void
function assert<T>(property: IRawProperty<T>, parameters: Parameters<T> = {}): Promise<void> | void {
  return fastCheck.assert(property, {
    ...parameters,
    numRuns: (parameters.numRuns ?? USUAL_RUNS) * factor,
  })
}

/** All of fast-check; its `assert` obeys `PROPERTY_RUNS`. */
export const fc: Omit<typeof fastCheck, 'assert'> & { readonly assert: typeof assert } = {
  ...fastCheck,
  assert,
}

function wholeNumber(name: string, fallback: string): number {
  const text = process.env[name] ?? fallback
  if (!/^[0-9]{1,10}$/.test(text)) throw new Error(`${name} takes a whole number, not "${text}"`)
  return Number(text)
}
