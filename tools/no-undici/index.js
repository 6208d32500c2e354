// Stands in for undici, which the toolkit's HTTP client imports for one function, `getAgentDispatcher`, that nothing
// here calls: the real one would be nine tenths of dist/ and half of its time to start.
export class ProxyAgent {
  constructor() {
    throw new Error(
      'undici is left out of this bundle (tools/no-undici): HttpClient.getAgentDispatcher cannot be used',
    )
  }
}
