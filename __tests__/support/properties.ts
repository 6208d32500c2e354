import fc from 'fast-check'

/**
 * Properties are tried with the same inputs in every run, so that a change is red for what it changed and green for
 * what it kept. New inputs are looked for elsewhere: `npm run fuzz`, and `PROPERTY_SEED=N npm test` with any number.
 */
const SEED = '20261125'

const seed = process.env['PROPERTY_SEED'] ?? SEED
if (!/^[0-9]{1,10}$/.test(seed)) throw new Error(`PROPERTY_SEED takes a whole number, not "${seed}"`)
fc.configureGlobal({ seed: Number(seed) })

export { fc }
