import { serviceError } from '../../../tools/fake-service/errors.ts'
import { json, type Answer, type FakeServiceRequest } from '../../../tools/fake-service/exchange.ts'

/** A build as its record and its row in the list show it; what the two say of it need not agree. */
export interface ShownBuild {
  readonly no: number
  readonly row: Readonly<Record<string, unknown>>
  /** Undefined for a build without a record. */
  readonly record: Readonly<Record<string, unknown>> | undefined
  /** When it began, milliseconds since 1970; at any time where left out. */
  readonly atMs?: number
}

/** What a list says of its length. */
export type TotalsOf = (total: number, pages: number) => object

export const BOTH_TOTALS: TotalsOf = (total, pages) => ({ total_record: total, total_page: pages })

/**
 * @param totals what each page says of the length of the list.
 * @param spoilt changes the rows of a page; it gets them with the number of the page and how often page 0 was read.
 * @returns a service that answers with these builds and their records, in this order; undefined for other requests.
 */
export function listOf(
  builds: readonly ShownBuild[],
  totals: TotalsOf = BOTH_TOTALS,
  spoilt: (rows: readonly object[], page: number, reads: number) => readonly object[] = rows => rows,
): (request: Pick<FakeServiceRequest, 'path' | 'query'>) => Answer | undefined {
  let reads = 0
  return ({ path, query }) => {
    const buildNo = /\/(\d+)\/record-info$/.exec(path)?.[1]
    if (buildNo !== undefined) {
      const record = builds.find(({ no }) => String(no) === buildNo)?.record
      if (record === undefined) return serviceError(404, 'CB.00031059', 'no such build')()
      return json(200, { success: true, result: { build_no: Number(buildNo), ...record } })
    }
    if (!path.endsWith('/list')) return undefined
    const page = Number(query.get('page_index'))
    const size = Number(query.get('page_size'))
    if (page === 0) reads++
    const [startMs, endMs] = [timeOf(query.get('start_time')), timeOf(query.get('end_time'))]
    const listed = builds.filter(({ atMs }) => atMs === undefined || (atMs >= startMs && atMs <= endMs))
    const rows = listed
      .slice(page * size, (page + 1) * size)
      .map(({ no, row }): object => ({ number: no, ...row }))
    const result = {
      job_build_states: spoilt(rows, page, reads),
      ...totals(listed.length, Math.ceil(listed.length / size)),
    }
    return json(200, { status: 'success', error: null, result })
  }
}

/** The service's zone is UTC here. */
function timeOf(text: string | null): number {
  return Date.parse(`${(text ?? '').replace(' ', 'T')}Z`)
}
