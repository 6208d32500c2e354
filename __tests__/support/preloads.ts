/** The preloads of tests of `dist/`, each to be given to `node --import`: what it does stands in its file. */
export const preloads = {
  shortenTime: new URL('shorten-time.js', import.meta.url).href,
  neverSettles: new URL('preload-never-settles.ts', import.meta.url).href,
  throwsLater: new URL('preload-throws-later.ts', import.meta.url).href,
  rejectsLater: new URL('preload-rejects-later.ts', import.meta.url).href,
  exitsEarly: new URL('preload-exits-early.ts', import.meta.url).href,
  cancelledLate: new URL('preload-cancelled-late.ts', import.meta.url).href,
  throwsLate: new URL('preload-throws-late.ts', import.meta.url).href,
  exitsUnheard: new URL('preload-exits-unheard.ts', import.meta.url).href,
  fullDisk: new URL('preload-full-disk.ts', import.meta.url).href,
  killedAfterWrite: new URL('preload-killed-after-write.ts', import.meta.url).href,
  silentResolver: new URL('preload-silent-resolver.ts', import.meta.url).href,
  slowResolver: new URL('preload-slow-resolver.ts', import.meta.url).href,
} as const

/**
 * @returns the variables with which `shortenTime` makes a deadline of 30 s short where a fault waits for it, and leaves a
 * busy machine a second where nothing does.
 */
export function timeFactor({ slow }: { readonly slow?: true }): Readonly<Record<string, string>> {
  return slow === true ? {} : { TEST_TIME_FACTOR: '30' }
}
