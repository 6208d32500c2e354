// Looks at job summaries in a real browser. Wants Chromium at CHROMIUM or /usr/bin/chromium.
// Leaves screenshots in out/screenshots/.
import { mkdir, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { renderSummary } from '../../tools/demo/render.ts'
import { type ColorScheme, openBrowser, PAGE_WIDTH, showSummary } from '../../tools/pictures/browser.ts'
import { runAction } from '../../tools/runner/run-action.ts'
import { tokenOf } from '../../tools/fake-service/credentials.ts'
import { startFakeService } from '../../tools/fake-service/server.ts'
import { scenarioOf } from '../../tools/fake-service/scenarios/index.ts'
import type { Scenario } from '../../tools/fake-service/scenarios/scenario.ts'
import { renderBuildsSummary } from '../../src/report/summary-builds.ts'
import { quote } from '../../src/util/message.ts'
import { HOSTILE_BUILD, HOSTILE_TEXT } from '../support/builders/hostile-build.ts'
import {
  diagnosisOf,
  judgedBuild,
  type JudgedAndDiagnosed,
  recordOf,
  stepResultOf,
  unreadBuild,
} from '../support/builders/judged-builds.ts'

const SCREENSHOTS = new URL('../../out/screenshots/', import.meta.url)
/** What a summary has no use for, and an attack has. */
const ACTIVE_ELEMENTS = ['script', 'iframe', 'img', 'a', 'form', 'input'].map(name => `body ${name}`).join()
const OPEN_DETAILS = {
  log: `document.querySelector('details').open = true`,
  all: `for (const details of document.querySelectorAll('details')) details.open = true`,
}

/** How far to the right the reasons of several builds reach, in pixels. */
const REASON_EDGE = `Array.from(document.querySelectorAll('th')).find(cell => cell.textContent === 'Reason')?.getBoundingClientRect().right ?? 0`
const BAR_WIDTHS = `Array.from(document.querySelectorAll('svg rect.task'), bar => Number(bar.getAttribute('width')))`

interface Look {
  readonly name: string
  /** A build that `dist/` asks for, or builds that were judged. */
  readonly shows: Scenario | readonly JudgedAndDiagnosed[]
  /** How many bars its picture of time has. */
  readonly bars: number
  readonly options?: {
    readonly sanitize?: boolean
    readonly colorScheme?: ColorScheme
    /** The width of the window, in pixels. */
    readonly width?: number
    /** Which of the folded parts are opened. */
    readonly open?: 'log' | 'all'
  }
}

const LOOKS: readonly Look[] = [
  { name: 'pass', shows: scenarioOf('success'), bars: 3 },
  { name: 'failure', shows: scenarioOf('failure'), bars: 3 },
  { name: 'failure-log', shows: scenarioOf('failure'), bars: 3, options: { open: 'log' } },
  { name: 'failure-narrow', shows: scenarioOf('failure'), bars: 3, options: { width: 400 } },
  {
    name: 'failure-narrow-dark',
    shows: scenarioOf('failure'),
    bars: 3,
    options: { width: 400, colorScheme: 'dark' },
  },
  { name: 'failure-dark', shows: scenarioOf('failure'), bars: 3, options: { colorScheme: 'dark' } },
  { name: 'timeout', shows: scenarioOf('timeout'), bars: 3 },
  { name: 'never-started', shows: scenarioOf('schedule-failure'), bars: 1 },
  { name: 'running', shows: scenarioOf('running'), bars: 2 },
  { name: 'no-such-build', shows: scenarioOf('DEVCB.00031006-422'), bars: 0 },
  { name: 'published-example', shows: scenarioOf('published-example'), bars: 3 },
  { name: 'hostile', shows: HOSTILE_BUILD, bars: 3, options: { open: 'all' } },
  // GitHub's own filter is a second wall: the first one has to hold by itself.
  {
    name: 'hostile-unsanitized',
    shows: HOSTILE_BUILD,
    bars: 3,
    options: { open: 'all', sanitize: false },
  },
]

/** Names that the input accepts, and that are words of Mermaid or markup elsewhere. */
const HOSTILE_NAMES = [
  'section x',
  'title',
  'click a',
  'axisFormat',
  'dateFormat x',
  '2026-11-24',
  'gantt',
  '---',
  '-'.repeat(40),
  'crit',
  'todayMarker off',
  'end',
  'excludes weekends',
  'accTitle',
  '__b__',
  'www.evil.test',
  '构建 镜像',
  'صورة',
  'Straße',
  '7f3c1c7f0a7b4f5f8a4e3f0d2b1c9e8d7a6b5c4d',
]
const THREE = [
  judgedBuild(
    'backend',
    recordOf(1, { status: 'FAILURE', err_msg: 'Step "Build with Maven" ended with exit code 1' }),
    {
      diagnosis: diagnosisOf(40),
    },
  ),
  judgedBuild('frontend', recordOf(2)),
  judgedBuild(
    'image',
    recordOf(3, { status: 'RUNNING', finish_time: null, duration: null, tag: 'v1.4.2', branch: null }),
    {
      end: 'limit',
    },
  ),
]
const TWENTY = HOSTILE_NAMES.map((_, at) => {
  const name = `service-${at + 1}`
  if (at === 4 || at === 11)
    return judgedBuild(
      name,
      recordOf(at, { status: at === 4 ? 'FAILURE' : 'ABORTED', err_msg: at === 4 ? 'exit code 1' : null }),
      { diagnosis: diagnosisOf(40, at === 4 ? 'FAILURE' : 'ABORTED') },
    )
  if (at === 7) return unreadBuild(name, at)
  return judgedBuild(name, recordOf(at))
})
const HOSTILE_TWENTY = HOSTILE_NAMES.map((name, at) => hostileJudged(name, at))

/** @returns a failed build of hostile text, or one that passed. */
function hostileJudged(name: string, at: number): JudgedAndDiagnosed {
  const text = HOSTILE_TEXT
  const record = recordOf(at, {
    status: at % 5 === 0 ? 'SUCCESS' : 'FAILURE',
    err_msg: text,
    branch: text,
    tag: text,
    commit: text,
    commit_message: text,
    runnable_time: '"] \n    section x',
  })
  const diagnosis = {
    stages: [
      { name: text, status: text, duration: '1' },
      { name: text, status: 'FAILURE', duration: '2' },
    ],
    log: { lines: text.split('\n'), totalBytes: 7 },
    notices: [[quote(text)]],
  }
  return judgedBuild(name, record, { diagnosis, warnings: [[quote(text)]] })
}

const SEVERAL: readonly Look[] = [
  { name: 'three', shows: THREE, bars: 3 },
  { name: 'three-dark', shows: THREE, bars: 3, options: { colorScheme: 'dark' } },
  { name: 'three-narrow', shows: THREE, bars: 3, options: { width: 400 } },
  { name: 'three-narrow-dark', shows: THREE, bars: 3, options: { width: 400, colorScheme: 'dark' } },
  {
    name: 'three-passed',
    shows: [1, 2, 3].map(number => judgedBuild(`part ${number}`, recordOf(number))),
    bars: 3,
  },
  { name: 'twenty', shows: TWENTY, bars: 19 },
  { name: 'twenty-dark', shows: TWENTY, bars: 19, options: { colorScheme: 'dark' } },
  { name: 'twenty-narrow', shows: TWENTY, bars: 19, options: { width: 400 } },
  { name: 'twenty-hostile', shows: HOSTILE_TWENTY, bars: 20, options: { open: 'all' } },
  {
    name: 'twenty-hostile-unsanitized',
    shows: HOSTILE_TWENTY,
    bars: 20,
    options: { open: 'all', sanitize: false },
  },
]

let browser: Browser | undefined
beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true })
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
})

test.each([...LOOKS, ...SEVERAL])('$name', lookAt)

test('a page of the demo draws its diagram, from a file', async () => {
  const file = new URL('demo.html', SCREENSHOTS)
  await writeFile(file, await renderSummary(await summaryOf(scenarioOf('failure'))))
  const page = await opened().newPage()
  await page.goto(file.href)
  // It is in a folded part of the summary.
  await page.waitForSelector('svg rect.task', { state: 'attached' })
  expect(await page.evaluate<number[]>(BAR_WIDTHS)).toHaveLength(3)
  await page.close()
})

function opened(): Browser {
  if (browser === undefined) throw new Error('There is no browser')
  return browser
}

async function lookAt({ name, shows, bars, options = {} }: Look): Promise<void> {
  const { width = PAGE_WIDTH, colorScheme = 'light', sanitize = true } = options
  const page = await opened().newPage({ viewport: { width, height: 600 }, colorScheme })
  const incidents = watch(page)
  const drawn = await showSummary(page, await summaryOf(shows), { sanitize })
  if (options.open !== undefined) await page.evaluate(OPEN_DETAILS[options.open])
  // A page of 20 builds with everything open is long.
  const path = new URL(`${name}.png`, SCREENSHOTS).pathname
  await page.screenshot({ path, fullPage: true, timeout: 120_000 })

  // Requests, errors, dialogs, windows, and what a script of the record would leave.
  expect(incidents).toEqual([])
  expect(await page.evaluate('globalThis.attacked')).toBeUndefined()
  expect(await page.locator(ACTIVE_ELEMENTS).count()).toBe(0)
  expect(drawn).toEqual(bars === 0 ? [] : [true])
  expect(await page.evaluate(REASON_EDGE)).toBeLessThan(width)
  const widths = await page.evaluate<number[]>(BAR_WIDTHS)
  expect(widths).toHaveLength(bars)
  // A second beside four hours has no width that could be seen; one of the others must have.
  if (bars > 0) expect(Math.max(...widths)).toBeGreaterThan(width / 8)
  await page.close()
}

/** @returns what happened on the page that must not: requests, errors, dialogs, new windows; filled as it happens. */
function watch(page: Page): string[] {
  const incidents: string[] = []
  page.on('request', request => incidents.push(`request: ${request.url()}`))
  page.on('pageerror', error => incidents.push(`error: ${error.message}`))
  page.on('dialog', dialog => incidents.push(`dialog: ${dialog.message()}`))
  page.on('popup', popup => incidents.push(`window: ${popup.url()}`))
  return incidents
}

async function summaryOf(shows: Look['shows']): Promise<string> {
  if (!('jobId' in shows))
    return renderBuildsSummary(
      stepResultOf(shows),
      shows.map(({ diagnosis }) => diagnosis),
      text => text,
    )
  const { jobId, buildNo, ...scenario } = shows
  await using fakeService = await startFakeService({ scenarios: [{ jobId, buildNo, ...scenario }] })
  const inputs = {
    job_id: jobId,
    build_no: String(buildNo),
    token: tokenOf('valid'),
    endpoint: fakeService.url,
  }
  const { summary } = await runAction({ inputs })
  return summary
}
