// Looks at job summaries in a real browser: `npm run test:browser`. Wants Chromium at CHROMIUM or /usr/bin/chromium.
// Leaves screenshots in out/screenshots/; the best of them, reduced by pngquant, are in docs/images/.
import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { chromium, type Browser, type Page } from 'playwright-core'
import { pageOf, renderTree, renderUnsanitized } from '../demo/render.ts'
import { runAction } from '../runner/run-action.ts'
import { tokenOf } from '../stand-in/credentials.ts'
import { startStandIn } from '../stand-in/server.ts'
import { scenarioOf } from '../stand-in/scenarios/index.ts'
import type { Scenario } from '../stand-in/scenarios/scenario.ts'
import { HOSTILE_BUILD } from './hostile-build.ts'

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

let passed = 0
let failed = 0
await mkdir(SCREENSHOTS, { recursive: true })
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: FLAGS,
})
try {
  for (const look of LOOKS) {
    try {
      await lookAt(look, browser)
      passed++
      console.log(`ok: ${look.name}`)
    } catch (error) {
      failed++
      console.log(`FAILED: ${look.name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
} finally {
  await browser.close()
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1

/** @throws Error when the page is not as it should be. */
async function lookAt({ name, scenario, bars, options = {} }: Look, browser: Browser): Promise<void> {
  const page = await browser.newPage({
    viewport: { width: PAGE_WIDTH, height: 600 },
    colorScheme: options.colorScheme ?? 'light',
  })
  const incidents = watch(page)
  const render = options.sanitize === false ? renderUnsanitized : renderTree
  await page.setContent(await pageOf(await render(await summaryOf(scenario))))
  await page.addScriptTag({ path: MERMAID })
  const drawn = await drawDiagrams(page, options.colorScheme ?? 'light')
  if (options.open !== undefined) await page.evaluate(OPEN_DETAILS[options.open])
  await page.screenshot({ path: new URL(`${name}.png`, SCREENSHOTS).pathname, fullPage: true })

  assert.deepEqual(incidents, [], 'something left the page, or ran in it')
  assert.equal(await page.evaluate('globalThis.attacked'), undefined, 'a script of the record ran')
  assert.equal(await page.locator(ACTIVE_ELEMENTS).count(), 0)
  assert.deepEqual(drawn, bars === 0 ? [] : [true], 'the picture is broken')
  const widths = await page.evaluate<number[]>(BAR_WIDTHS)
  assert.equal(widths.length, bars, 'the picture lacks bars')
  // A second beside four hours has no width that could be seen.
  assert.ok(bars === 0 || Math.max(...widths) > PAGE_WIDTH / 4, 'the picture has no long bar')
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
  await using standIn = await startStandIn({ scenarios: [{ jobId, buildNo, ...scenario }] })
  const inputs = { job_id: jobId, build_no: String(buildNo), token: tokenOf('valid'), endpoint: standIn.url }
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
