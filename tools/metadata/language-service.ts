import './json-modules.ts'
import type { ActionMetadata } from '@actions/languageservice/action'
import { parse } from 'yaml'
import { TextDocument } from 'vscode-languageserver-textdocument'

const { validate } = await import('@actions/languageservice')

let documents = 0

/**
 * Asks GitHub's own language service, the one behind its editors, about a file.
 *
 * @param file tells a workflow from an action: `.github/workflows/x.yml`, `action.yml`.
 * @param texts the text of each `action.yml` that stands behind `OWNER/codearts-build-gate`, by its folder (empty for that
 * of the gate); of other actions only the form of their use is looked at.
 * @returns what it finds, a line each: `12: Unexpected value 'node99'`.
 */
export async function findings(
  file: string,
  text: string,
  texts: Readonly<Record<string, string>>,
): Promise<string[]> {
  // The service keeps what it has parsed under its address.
  const document = TextDocument.create(`file:///${documents++}/${file}`, 'yaml', 1, text)
  const diagnostics = await validate(document, {
    actionsMetadataProvider: {
      fetchActionMetadata: ({ name, path = '' }) => {
        const own = name === 'codearts-build-gate' ? texts[path] : undefined
        return Promise.resolve(own === undefined ? { name, description: '' } : (parse(own) as ActionMetadata))
      },
    },
  })
  return diagnostics.map(
    ({ range, message }) =>
      `${range.start.line + 1}: ${typeof message === 'string' ? message : message.value}`,
  )
}
