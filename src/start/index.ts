import '../fail-first.ts'
import { endProcess } from '../process-guard.ts'
import { run } from './run.ts'

// Awaited at the top level, so that a run which never settles has no result and fails.
const passes = await run()
if (passes) process.exitCode = 0
endProcess()
