/** @returns what `node --import` takes for one of `PRELOADS` in `preload.js`, which says there what it does. */
function preload(name: string): string {
  return new URL(`preload.js?${name}`, import.meta.url).href
}

/** The preloads of runs in processes of their own, each to be given to `node --import`. */
export const preloads = {
  shortenTime: preload('shortenTime'),
  neverSettles: preload('neverSettles'),
  throwsLater: preload('throwsLater'),
  rejectsLater: preload('rejectsLater'),
  exitsEarly: preload('exitsEarly'),
  exitsUnheard: preload('exitsUnheard'),
  cancelledLate: preload('cancelledLate'),
  throwsLate: preload('throwsLate'),
  fullDisk: preload('fullDisk'),
  killedAfterWrite: preload('killedAfterWrite'),
  noAddress: preload('noAddress'),
  silentResolver: preload('silentResolver'),
  slowResolver: preload('slowResolver'),
} as const

/**
 * @returns the variables with which `shortenTime` makes a deadline of 30 s short where a fault waits for it, and leaves a
 * busy machine a second where nothing does.
 */
export function timeFactor({ slow }: { readonly slow?: true }): Readonly<Record<string, string>> {
  return slow === true ? {} : { TEST_TIME_FACTOR: '30' }
}
