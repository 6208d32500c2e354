import fastCheck, {
  type IAsyncProperty,
  type IProperty,
  type IRawProperty,
  type Parameters,
  type StringConstraints,
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

const SURROGATES = { first: 0xd800, count: 0x800 }

/**
 * Any character but a lone surrogate: what fast-check's unit `binary` is, value by value. That one makes a table of all 1,112,064 of
 * them, once in each test file, only to find its way back from a character to its number.
 */
const anyCharacter = fastCheck.nat(0x10ffff - SURROGATES.count).map(
  number => String.fromCodePoint(number < SURROGATES.first ? number : number + SURROGATES.count),
  character => {
    const code = typeof character === 'string' ? (character.codePointAt(0) ?? -1) : -1
    const isOne = code >= 0 && String.fromCodePoint(code) === character && !/\p{Surrogate}/u.test(character)
    if (!isOne) throw new Error('Not a character')
    return code < SURROGATES.first ? code : code - SURROGATES.count
  },
)

const string: typeof fastCheck.string = ({ unit, ...more }: StringConstraints = {}) =>
  fastCheck.string({
    ...more,
    ...(unit === undefined ? {} : { unit: unit === 'binary' ? anyCharacter : unit }),
  })

/** All of fast-check; its `assert` obeys `PROPERTY_RUNS`, and its strings of any characters begin at once. */
export const fc: Omit<typeof fastCheck, 'assert'> & { readonly assert: typeof assert } = {
  ...fastCheck,
  assert,
  string,
}

function wholeNumber(name: string, fallback: string): number {
  const text = process.env[name] ?? fallback
  if (!/^[0-9]{1,10}$/.test(text)) throw new Error(`${name} takes a whole number, not "${text}"`)
  return Number(text)
}
