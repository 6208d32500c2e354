// Plain JavaScript that any Node can run: an older one would stop at the first `.ts` file with an error about file
// extensions, which does not explain the cause. npm scripts start it before anything that needs the runner's Node.
import { pathToFileURL } from 'node:url'

const RUNNER_NODE_MAJOR = 24

/** @type {import('./check-node.js').refusalOf} */
export function refusalOf(nodeVersion) {
  if (Number.parseInt(nodeVersion, 10) === RUNNER_NODE_MAJOR) return undefined
  return (
    `This is Node ${nodeVersion}, but the action runs on Node ${RUNNER_NODE_MAJOR}: what another one does proves nothing. ` +
    `The npm package "node", a development dependency, brings Node ${RUNNER_NODE_MAJOR}, and npm scripts put it first in PATH. ` +
    'Use an npm script (npm start, npm test). If this was one, the install script of that package has not run: ' +
    '"npm ci" without --ignore-scripts, or "npm rebuild node".'
  )
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const refusal = refusalOf(process.versions.node)
  if (refusal !== undefined) {
    console.error(refusal)
    process.exitCode = 1
  }
}
