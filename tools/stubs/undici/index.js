// Takes the place of undici (`overrides` in package.json), 0.9 MB and 17 ms of every run. @actions/http-client imports it for
// getAgentDispatcher() alone, which the gate does not call. Known upstream as https://github.com/actions/toolkit/issues/1621,
// https://github.com/actions/toolkit/issues/1697 and https://github.com/actions/toolkit/issues/1800.
export function ProxyAgent() {
  throw new Error('undici is not part of this action: tools/stubs/undici takes its place')
}
