// Replaces undici: `overrides` in package.json. @actions/http-client imports undici only for getAgentDispatcher(), which
// the gate does not call, and undici would add 0.9 MB and 17 ms to every run. Known upstream as
// https://github.com/actions/toolkit/issues/1621, https://github.com/actions/toolkit/issues/1697 and
// https://github.com/actions/toolkit/issues/1800; the stub can go when the toolkit no longer imports undici.
export function ProxyAgent() {
  throw new Error('undici is not part of this action: tools/undici-stub takes its place')
}
