// A preload (`node --import`): an error that nobody catches, thrown while a request is under way.
import { afterRequest } from './request-hook.ts'

afterRequest(() => {
  throw new Error('injected: thrown while the request was under way')
})
