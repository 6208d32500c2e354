// A preload (`node --import`): nothing that the program would listen to is heard, and process.exit() is called without a
// code while a request is under way. What the exit code is then, it was from the first instruction on.
import { afterRequest } from './request-hook.ts'

process.on = () => process

afterRequest(() => process.exit())
