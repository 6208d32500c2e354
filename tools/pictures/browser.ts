import { chromium, type Browser, type Page } from 'playwright-core'
import { DRAW_DIAGRAMS, MERMAID_FILE, pageOf, renderTree } from '../demo/render.ts'

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

/** The width of a job summary on GitHub, in pixels. */
export const PAGE_WIDTH = 1_012

export type ColorScheme = 'dark' | 'light'

/** @returns Chromium, from the path in `CHROMIUM` or where Debian has it. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', args: FLAGS })
}

/**
 * Shows a job summary as GitHub does.
 * @param sanitize whether to apply GitHub's list of elements and attributes.
 * @returns whether each diagram could be drawn.
 */
export async function showSummary(
  page: Page,
  markdown: string,
  { sanitize }: { readonly sanitize: boolean },
): Promise<unknown> {
  await page.setContent(await pageOf(await renderTree(markdown, { sanitize })))
  await page.addScriptTag({ path: MERMAID_FILE })
  return page.evaluate(DRAW_DIAGRAMS)
}
