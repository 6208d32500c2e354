// @peculiar/x509 uses tsyringe, which does not load without these three functions of the polyfill `reflect-metadata`. It
// calls no others, so this file replaces that dependency. Import it before the library, for its side effect.

const metadataOf = new WeakMap<object, Map<unknown, unknown>>()

const getOwnMetadata = (key: unknown, target: object): unknown => metadataOf.get(target)?.get(key)

Object.assign(Reflect, {
  getOwnMetadata,
  getMetadata(key: unknown, target: object): unknown {
    for (let at: object | null = target; at !== null; at = Object.getPrototypeOf(at) as object | null) {
      const value = getOwnMetadata(key, at)
      if (value !== undefined) return value
    }
    return undefined
  },
  defineMetadata(key: unknown, value: unknown, target: object): void {
    metadataOf.set(target, (metadataOf.get(target) ?? new Map<unknown, unknown>()).set(key, value))
  },
})
