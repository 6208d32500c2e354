// Looks at job summaries in a real browser. Wants Chromium at CHROMIUM or /usr/bin/chromium.
// Leaves screenshots in out/screenshots/; the best of them, reduced by pngquant, are in docs/images/.
import { mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { chromium, type Browser, type Page } from 'playwright-core'
import { pageOf, renderTree } from '../../tools/demo/render.ts'
import { runAction } from '../../tools/runner/run-action.ts'
import { tokenOf } from '../../tools/fake-service/credentials.ts'
import { startFakeService } from '../../tools/fake-service/server.ts'
import { scenarioOf } from '../../tools/fake-service/scenarios/index.ts'
import type { Scenario } from '../../tools/fake-service/scenarios/scenario.ts'
import { HOSTILE_BUILD } from '../support/hostile-build.ts'

const require = createRequire(import.meta.url)
const MERMAID = require.resolve('mermaid/dist/mermaid.min.js')
const SCREENSHOTS = new URL('../../out/screenshots/', import.meta.url)
const PAGE_WIDTH = 1_012
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** What a summary has no use for, and an attack has. */
const ACTIVE_ELEMENTS = ['script', 'iframe', 'img', 'a', 'form', 'input'].map(name => `body ${name}`).join()
const OPEN_DETAILS = {
  log: `document.querySelector('details').open = true`,
  all: `for (const details of document.querySelectorAll('details')) details.open = true`,
}

const BAR_WIDTHS = `Array.from(document.querySelectorAll('svg rect.task'), bar => Number(bar.getAttribute('width')))`

interface Look {
  readonly name: string
  readonly scenario: Scenario
  /** How many bars its picture of time has. */
  readonly bars: number
  readonly options?: {
    readonly sanitize?: boolean
    readonly colorScheme?: 'dark' | 'light'
    /** Which of the folded parts are opened. */
    readonly open?: 'log' | 'all'
  }
}

const LOOKS: readonly Look[] = [
  { name: 'pass', scenario: scenarioOf('success'), bars: 3 },
  { name: 'failure', scenario: scenarioOf('failure'), bars: 3 },
  { name: 'failure-log', scenario: scenarioOf('failure'), bars: 3, options: { open: 'log' } },
  { name: 'failure-dark', scenario: scenarioOf('failure'), bars: 3, options: { colorScheme: 'dark' } },
  { name: 'timeout', scenario: scenarioOf('timeout'), bars: 3 },
  { name: 'never-started', scenario: scenarioOf('schedule-failure'), bars: 1 },
  { name: 'running', scenario: scenarioOf('running'), bars: 2 },
  { name: 'no-such-build', scenario: scenarioOf('DEVCB.00031006-422'), bars: 0 },
  { name: 'published-example', scenario: scenarioOf('published-example'), bars: 3 },
  { name: 'hostile', scenario: HOSTILE_BUILD, bars: 3, options: { open: 'all' } },
  // GitHub's own filter is a second wall: the first one has to hold by itself.
  {
    name: 'hostile-unsanitized',
    scenario: HOSTILE_BUILD,
    bars: 3,
    options: { open: 'all', sanitize: false },
  },
]

let browser: Browser | undefined
beforeAll(async () => {
  await mkdir(SCREENSHOTS, { recursive: true })
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: FLAGS,
  })
})
afterAll(async () => {
  await browser?.close()
})

test.each(LOOKS)('$name', lookAt)

function opened(): Browser {
  if (browser === undefined) throw new Error('There is no browser')
  return browser
}

async function lookAt({ name, scenario, bars, options = {} }: Look): Promise<void> {
  const page = await opened().newPage({
    viewport: { width: PAGE_WIDTH, height: 600 },
    colorScheme: options.colorScheme ?? 'light',
  })
  const incidents = watch(page)
  const tree = await renderTree(await summaryOf(scenario), { sanitize: options.sanitize ?? true })
  await page.setContent(await pageOf(tree))
  await page.addScriptTag({ path: MERMAID })
  const drawn = await drawDiagrams(page, options.colorScheme ?? 'light')
  if (options.open !== undefined) await page.evaluate(OPEN_DETAILS[options.open])
  await page.screenshot({ path: new URL(`${name}.png`, SCREENSHOTS).pathname, fullPage: true })

  // Requests, errors, dialogs, windows, and what a script of the record would leave.
  expect(incidents).toEqual([])
  expect(await page.evaluate('globalThis.attacked')).toBeUndefined()
  expect(await page.locator(ACTIVE_ELEMENTS).count()).toBe(0)
  expect(drawn).toEqual(bars === 0 ? [] : [true])
  const widths = await page.evaluate<number[]>(BAR_WIDTHS)
  expect(widths).toHaveLength(bars)
  // A second beside four hours has no width that could be seen; one of the others must have.
  if (bars > 0) expect(Math.max(...widths)).toBeGreaterThan(PAGE_WIDTH / 4)
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

async function summaryOf({ jobId, buildNo, ...scenario }: Scenario): Promise<string> {
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

/** Draws every diagram as GitHub does. @returns whether each of them could be drawn. */
async function drawDiagrams(page: Page, colorScheme: 'dark' | 'light'): Promise<unknown> {
  return page.evaluate(`(async () => {
    mermaid.initialize({ startOnLoad: false, theme: ${JSON.stringify(colorScheme === 'dark' ? 'dark' : 'default')} })
    const drawn = []
    for (const code of document.querySelectorAll('pre > code.language-mermaid')) {
      const { svg } = await mermaid.render('diagram' + drawn.length, code.textContent)
      code.parentElement.outerHTML = svg
      drawn.push(!svg.includes('Syntax error'))
    }
    return drawn
  })()`)
}
