// What the bundler leaves to do: `node tools/build/finish.js [folder]`, the last step of `npm run build`. Both rewrite the
// bundle as text and change nothing that it does. Plain JavaScript: any Node builds the same.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const REQUIRE_IMPORT = 'import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";'
const REQUIRE = '__WEBPACK_EXTERNAL_createRequire(import.meta.url)('

/**
 * Takes Node's own modules as Node gives them. The bundler makes a `require` for each, with the help of a module that it
 * imports, which takes a run about one millisecond.
 * @param {string} script
 */
function withBuiltins(script) {
  const taken = script.replace(REQUIRE_IMPORT, '').replaceAll(REQUIRE, 'process.getBuiltinModule(')
  if (taken.includes('createRequire'))
    throw new Error('the bundle takes modules in another way than this step knows')
  return taken.trimStart()
}

/**
 * Writes every character that is not ASCII as an escape: V8 keeps a script with one such character in two bytes for each of
 * its characters. They stand in strings, templates and patterns alone, where the escape means the same.
 * @param {string} script
 */
function inAscii(script) {
  return script.replace(/[^\x00-\x7f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const bundle = join(process.argv[2] ?? 'dist', 'index.js')
writeFileSync(bundle, inAscii(withBuiltins(readFileSync(bundle, 'utf8'))))
