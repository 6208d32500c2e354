import { expect, test } from '@jest/globals'
import { annotations } from '../../tools/runner/log-commands.ts'
import { runAction } from '../../tools/runner/run-action.ts'

// Real ones are tried in __tests__/checks/old-node.test.ts.

/** @returns a preload that makes Node take itself for another version, at another place. */
function pretends(node: string): string {
  const script = `
    Object.defineProperty(process, 'versions', { value: { ...process.versions, node: ${JSON.stringify(node)} } })
    process.execPath = '/opt/50%/node'`
  return `data:text/javascript,${encodeURIComponent(script)}`
}

const OLD = ['16.20.2', '18.20.8', '19.9.0', '20.0.0', '20.2.0']

test.each((['gate', 'start'] as const).flatMap(action => OLD.map(version => [action, version] as const)))(
  'the %s refuses Node %s before anything else, in one line',
  async (action, version) => {
    const words = `Node ${version} is too old; run this step with Node 20.3 or later (it ran with /opt/50%/node)`
    const refused = { exitCode: 1, signal: null, stderr: '', outputNames: [], summary: '' }
    const run = await runAction({ action, imports: [pretends(version)] })
    expect(run).toMatchObject(refused)
    expect(annotations(run.log)).toEqual([{ level: 'error', title: 'CodeArts Build', message: words }])
    expect(run.log.trimEnd().split('\n')).toHaveLength(1)
    const elsewhere = await runAction({
      action,
      imports: [pretends(version)],
      env: { GITHUB_ACTIONS: undefined },
    })
    expect(elsewhere).toMatchObject({ ...refused, log: `Error: CodeArts Build: ${words}\n` })
  },
)

test.each(['20.3.0', '20.10.1', '22.0.0', '100.0.0'])('Node %s is not refused', async version => {
  const { outputs } = await runAction({ imports: [pretends(version)] })
  expect(outputs.get('reason')).toBe('invalid_input')
})
