// A preload (`node --import`): the run is cancelled once it has said that the build passes. By a real signal, which Node
// hears of when the event loop turns.
import { afterVerdict } from './verdict-hook.ts'

afterVerdict(() => {
  process.kill(process.pid, 'SIGTERM')
})
