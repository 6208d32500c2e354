// A gate on three builds of which one meets a fault: one of each group, in this process.
import { expect, test } from '@jest/globals'
import { TEST_TOKEN } from '../support/builders/environment.ts'
import { runInProcess } from '../support/in-process/run-in-process.ts'
import { expectOneFault, faultsOfRequests, linesOf, serveOneFault } from '../support/several-builds.ts'

test.each(faultsOfRequests(group => group.slice(Math.floor(group.length / 2)).slice(0, 1)))(
  'a gate fails when one of three builds meets %s',
  async (_, fault, place) => {
    await using server = await serveOneFault(fault, place)
    const run = await runInProcess({
      inputs: { job_id: linesOf(3), token: TEST_TOKEN, endpoint: server.url, api_version: 'v3' },
      timeFactor: 1_000,
      ...(fault.slow === true ? { deadlineMs: 80 } : {}),
    })
    expectOneFault(run, fault, place)
    expect(server.requestsElsewhere).toEqual([])
  },
)
