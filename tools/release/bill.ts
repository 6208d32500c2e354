import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { isJsonObject } from '../json.ts'

/** The part of a bill of materials (CycloneDX 1.5) that is checked here. */
export interface Bill {
  /** The whole bill as npm wrote it, as JSON. */
  readonly text: string
  /** Name and version of each package: `@actions/core@3.0.1`. */
  readonly packages: readonly string[]
}

/**
 * Makes npm write the bill of materials of all `dependencies`, by the lock file.
 *
 * `npm sbom --omit=dev` would leave out what some development dependency needs too (npm 11.19: its selector `.dev` takes
 * both), so it runs on a copy of package.json without `devDependencies`.
 *
 * @param root the folder of package.json.
 * @param packageJson its content.
 * @throws Error if npm fails, or the lock file does not match.
 */
export function readBill(root: string, packageJson: Readonly<Record<string, unknown>>): Bill {
  const folder = mkdtempSync(join(tmpdir(), 'bill-'))
  try {
    // npm names the product after its folder.
    const copy = join(folder, String(packageJson['name']))
    mkdirSync(copy)
    writeFileSync(join(copy, 'package.json'), JSON.stringify({ ...packageJson, devDependencies: {} }))
    cpSync(join(root, 'package-lock.json'), join(copy, 'package-lock.json'))
    for (const local of localPackages(packageJson['overrides'])) copyInto(copy, root, local)

    const npm = (...parameters: string[]): string =>
      execFileSync('npm', [...parameters, '--package-lock-only'], { cwd: copy, encoding: 'utf8' })
    npm('install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund')
    const text = npm('sbom', '--sbom-format=cyclonedx', '--sbom-type=application')
    return { text, packages: componentsOf(JSON.parse(text)) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** @returns the folders of packages of this repository that take the place of others: `file:` in the `overrides`. */
function localPackages(overrides: unknown): string[] {
  if (typeof overrides === 'string') return overrides.startsWith('file:') ? [overrides.slice(5)] : []
  return isJsonObject(overrides) ? Object.values(overrides).flatMap(localPackages) : []
}

function copyInto(copy: string, root: string, folder: string): void {
  if (!existsSync(join(root, folder))) throw new Error(`package.json names ${folder}, which is not there`)
  mkdirSync(join(copy, dirname(folder)), { recursive: true })
  cpSync(join(root, folder), join(copy, folder), { recursive: true })
}

function componentsOf(bill: unknown): string[] {
  if (!isJsonObject(bill) || !Array.isArray(bill['components']))
    throw new Error('The bill has no list of components')
  return bill['components'].map((component: unknown) => {
    if (!isJsonObject(component) || typeof component['bom-ref'] !== 'string')
      throw new Error('The bill has a component without a name')
    return component['bom-ref']
  })
}
