// A preload (`node --import`): an uncaught error once the run has said that the build passes.
import { afterVerdict } from './verdict-hook.ts'

afterVerdict(() => {
  process.nextTick(() => {
    throw new Error('thrown after the verdict')
  })
})
