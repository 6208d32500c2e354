import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT, type BundledPackage } from './bundle.ts'

/**
 * The bill of materials of dist/ in the format CycloneDX 1.6: what is really in it, no more and no less. It has no time
 * and no number of its own, so that the same dist/ has the same bill, byte for byte.
 *
 * @param version of the release.
 */
export function sbomOf(version: string, packages: readonly BundledPackage[]): string {
  const gate = `codearts-build-gate@${version}`
  const bill = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      lifecycles: [{ phase: 'build' }],
      component: {
        type: 'application',
        'bom-ref': gate,
        name: 'codearts-build-gate',
        version,
        licenses: [{ license: { id: 'Apache-2.0' } }],
        hashes: [{ alg: 'SHA-256', content: sha256(readFileSync(join(ROOT, 'dist/index.js'))) }],
        properties: [{ name: 'file', value: 'dist/index.js' }],
      },
    },
    components: packages.map(componentOf),
    dependencies: [
      { ref: gate, dependsOn: packages.map(refOf) },
      ...packages.map(bundled => ({ ref: refOf(bundled) })),
    ],
    compositions: [{ aggregate: 'complete', assemblies: [gate] }],
  }
  return `${JSON.stringify(bill, null, 2)}\n`
}

function componentOf(bundled: BundledPackage): object {
  const { name, version, license, integrity } = bundled
  const [group, shortName] = name.startsWith('@') ? name.split('/', 2) : [undefined, name]
  const sha512 = Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex')
  return {
    type: 'library',
    'bom-ref': refOf(bundled),
    ...(group === undefined ? {} : { group }),
    name: shortName,
    version,
    scope: 'required',
    licenses: [{ license: { id: license } }],
    purl: refOf(bundled),
    hashes: [{ alg: 'SHA-512', content: sha512 }],
  }
}

/** The package URL. */
function refOf({ name, version }: BundledPackage): string {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
