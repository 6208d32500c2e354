/** The preloads of tests of `dist/`, each to be given to `node --import`: what it does stands in its file. */
export const preloads = {
  shortenTime: new URL('shorten-time.ts', import.meta.url).href,
  neverSettles: new URL('preload-never-settles.ts', import.meta.url).href,
  throwsLater: new URL('preload-throws-later.ts', import.meta.url).href,
  rejectsLater: new URL('preload-rejects-later.ts', import.meta.url).href,
  exitsEarly: new URL('preload-exits-early.ts', import.meta.url).href,
  cancelledLate: new URL('preload-cancelled-late.ts', import.meta.url).href,
  throwsLate: new URL('preload-throws-late.ts', import.meta.url).href,
  exitsUnheard: new URL('preload-exits-unheard.ts', import.meta.url).href,
  silentResolver: new URL('preload-silent-resolver.ts', import.meta.url).href,
} as const
