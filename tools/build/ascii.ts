// Writes every character of dist/index.js that is not ASCII as an escape: `node tools/build/ascii.ts`, the last step of
// `npm run build`. V8 keeps a script with one such character in two bytes for each of its characters. They stand in
// strings, templates and patterns alone, where the escape means the same.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const BUNDLE = fileURLToPath(new URL('../../dist/index.js', import.meta.url))

const script = readFileSync(BUNDLE, 'utf8')
writeFileSync(
  BUNDLE,
  script.replace(/[^\x00-\x7f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
)
