// A preload (`node --import`): a promise that is rejected, and that nobody waits for, while a request is under way.
import { afterRequest } from './request-hook.ts'

afterRequest(() => {
  // eslint-disable-next-line @typescript-eslint/no-floating-promises -- That is what is injected.
  Promise.reject(new Error('injected: rejected while the request was under way'))
})
