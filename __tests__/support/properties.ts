import fc from 'fast-check'

/**
 * Properties are tried with the same inputs in every run, so that a change is red for what it changed and green for
 * what it kept. New inputs are looked for elsewhere: `npm run fuzz`, and `PROPERTY_SEED=N npm test` with any number.
 */
const SEED = 20_261_125

fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? SEED) })

export { fc }
