// Writes every character of a bundle that is not ASCII as an escape: `node tools/build/ascii.js [folder]`, the last step
// of `npm run build`. V8 keeps a script with one such character in two bytes for each of its characters. They stand in
// strings, templates and patterns alone, where the escape means the same. Plain JavaScript: any Node builds the same.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const bundle = join(process.argv[2] ?? 'dist', 'index.js')

const script = readFileSync(bundle, 'utf8')
writeFileSync(
  bundle,

  script.replace(/[^\x00-\x7f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
)
