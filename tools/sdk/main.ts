// Calls the fake service through Huawei Cloud's own SDK for Python, and compares the SDK's requests with the gate's:
// `npm run check:sdk`. `-- --update` writes what the SDK knows to sdk.json instead. The last line counts:
// `N passed, M failed`.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { jobOf } from '../fake-service/scenarios/jobs.ts'
import { startFakeService } from '../fake-service/server.ts'
import { createTally, type Check } from '../tally.ts'
import { describeSdk } from './client.ts'
import { errorChecks } from './errors.ts'
import { exchangeKeys } from './exchange.ts'
import { modelChecks } from './models.ts'
import { twinChecks } from './record-twins.ts'
import { startChecks } from './start.ts'

const KNOWN = join(import.meta.dirname, 'sdk.json')

const { values } = parseArgs({ options: { update: { type: 'boolean', default: false } } })
const known = await describeSdk()
if (values.update) await writeFile(KNOWN, known)
else await runChecks()

async function runChecks(): Promise<void> {
  const job = { ...jobOf('rerun', Date.now()), isFlat: true }
  await using service = await startFakeService({ jobs: [job] })
  const { keys, checks } = await exchangeKeys(service)
  const isFresh = (await readFile(KNOWN, 'utf8')) === known
  const all: readonly Check[] = [
    {
      name: 'sdk.json is what the SDK knows',
      problems: isFresh ? [] : ['run npm run check:sdk -- --update'],
    },
    ...checks,
    ...(await modelChecks(service, job.jobId, keys)),
    ...(await startChecks(service, job.jobId)),
    ...(await errorChecks()),
    ...(await twinChecks(service, job.jobId, keys)),
  ]
  const tally = createTally()
  for (const { name, problems } of all) tally.check(name, problems)
  tally.finish()
}
