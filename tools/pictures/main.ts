// `npm run pictures`: makes the pictures of docs/images/ again, from summaries that the committed dist/ writes.
// Wants chromium, fonts-noto-color-emoji, pngquant and zopfli of Debian.
import { execFileSync } from 'node:child_process'
import { runAction } from '../runner/run-action.ts'
import { tokenOf } from '../fake-service/credentials.ts'
import { failedStages, MAVEN_LOG } from '../fake-service/scenarios/failed-build.ts'
import { record, log, stages, type Scenario } from '../fake-service/scenarios/scenario.ts'
import { startFakeService } from '../fake-service/server.ts'
import type { WireRecord } from '../fake-service/record.ts'
import { type ColorScheme, openBrowser, PAGE_WIDTH, showSummary } from './browser.ts'

const IMAGES = new URL('../../docs/images/', import.meta.url)

/** Text on a plain ground needs few colours, and each costs bytes in every clone. */
const COLOURS = 16

/** @returns a build of a build task of its own; its times, stages and log are those of the fake service's builds. */
function build(name: string, buildNo: number, fields: WireRecord): Scenario {
  const jobId = `48c66c6002964721be537cdc6ce${String(buildNo).padStart(5, '0')}`
  return {
    name,
    shows: '',
    jobId,
    buildNo,
    replies: [record(buildNo, { ...fields, codeci_job_id: jobId })],
    ...(fields['status'] === 'FAILURE'
      ? { stages: stages(failedStages(buildNo, 'FAILURE')), log: log(MAVEN_LOG) }
      : {}),
  }
}

const BACKEND = build('backend', 218, {
  status: 'FAILURE',
  err_msg: 'Step "Build with Maven" ended with exit code 1',
})
const FRONTEND = build('frontend', 96, {
  start_time: '2026-11-24T08:00:07.000+00:00',
  finish_time: '2026-11-24T08:01:25.412+00:00',
  duration: 78_412,
})
const IMAGE = build('image', 31, {
  status: 'RUNNING',
  start_time: '2026-11-24T08:00:41.000+00:00',
  finish_time: null,
  duration: null,
})

await using browser = await openBrowser()
const pictures = {
  'summary-failure': await summaryOf([BACKEND], { build_no: '218' }),
  'summary-three': await summaryOf([BACKEND, FRONTEND, IMAGE], { log_lines: '8' }),
}
for (const [name, markdown] of Object.entries(pictures)) {
  await take(`${name}.png`, markdown, 'light')
  await take(`${name}-dark.png`, markdown, 'dark')
}

/** @returns the summary of a gate on these builds. */
async function summaryOf(
  scenarios: readonly Scenario[],
  more: Readonly<Record<string, string>>,
): Promise<string> {
  await using service = await startFakeService({ scenarios })
  const isOne = scenarios.length === 1
  const builds = scenarios.map(({ name, jobId, buildNo }) => (isOne ? jobId : `${name}: ${jobId}/${buildNo}`))
  const inputs = {
    job_id: builds.join('\n'),
    branch: 'main',
    token: tokenOf('valid'),
    endpoint: service.url,
    ...more,
  }
  return (await runAction({ inputs })).summary
}

async function take(file: string, markdown: string, colorScheme: ColorScheme): Promise<void> {
  const page = await browser.newPage({ viewport: { width: PAGE_WIDTH, height: 600 }, colorScheme })
  await showSummary(page, markdown, { sanitize: true })
  const png = await page.screenshot({ fullPage: true })
  await page.close()
  const path = new URL(file, IMAGES).pathname
  const options = ['--force', '--strip', '--nofs', '--speed', '1', '--output', path]
  execFileSync('pngquant', [...options, String(COLOURS), '-'], { input: png })
  execFileSync('zopflipng', ['-y', '--filters=0', path, path], { stdio: 'ignore' })
}
