// A preload (`node --import`): the run is cancelled once it has said that the build passes.
import { afterVerdict } from './verdict-hook.ts'

afterVerdict(() => {
  process.emit('SIGTERM', 'SIGTERM')
})
