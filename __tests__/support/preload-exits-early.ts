// A preload (`node --import`): ends the process while a request is under way, with the exit code that it has by then.
import { afterRequest } from './request-hook.ts'

afterRequest(() => {
  process.exit()
})
