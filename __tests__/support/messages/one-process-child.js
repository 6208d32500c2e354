// Runs bundles one after the other, each as a new module. `one-process.ts` starts this, and tells it what to run.
import { pathToFileURL } from 'node:url'

/** What a run listens to; it ends with its process otherwise. */
const EVENTS = ['uncaughtException', 'unhandledRejection', 'exit', 'SIGINT', 'SIGTERM', 'SIGHUP']
let runs = 0

process.on('message', async ({ entry, env }) => {
  for (const name of Object.keys(process.env)) Reflect.deleteProperty(process.env, name)
  Object.assign(process.env, env)
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'])
    process[name].write = (piece, ...rest) => {
      printed[name] += piece
      rest.find(one => typeof one === 'function')?.()
      return true
    }
  process.exit = () => {
    for (const name of EVENTS) process.removeAllListeners(name)
    process.send({ exitCode: process.exitCode, ...printed })
  }
  await import(`${pathToFileURL(entry)}?run=${++runs}`)
})
