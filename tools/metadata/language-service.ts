import './json-modules.ts'
import type { ActionMetadata } from '@actions/languageservice/action'
import { parse } from 'yaml'
import { TextDocument } from 'vscode-languageserver-textdocument'

const { validate } = await import('@actions/languageservice')

let documents = 0

/**
 * Checks a file with GitHub's own language service, which its editors use.
 *
 * @param file tells a workflow from an action: `.github/workflows/x.yml`, `action.yml`.
 * @param gate the text of `action.yml`, for `OWNER/codearts-build-gate`; of other actions only the form of their use is
 * checked.
 * @returns what it finds, a line each: `12: Unexpected value 'node99'`.
 */
export async function findings(file: string, text: string, gate: string): Promise<string[]> {
  // The service caches documents by their address.
  const document = TextDocument.create(`file:///${documents++}/${file}`, 'yaml', 1, text)
  const diagnostics = await validate(document, {
    actionsMetadataProvider: {
      fetchActionMetadata: ({ name, path }) =>
        Promise.resolve(
          name === 'codearts-build-gate' && (path ?? '') === ''
            ? (parse(gate) as ActionMetadata)
            : { name, description: '' },
        ),
    },
  })
  return diagnostics.map(
    ({ range, message }) =>
      `${range.start.line + 1}: ${typeof message === 'string' ? message : message.value}`,
  )
}
