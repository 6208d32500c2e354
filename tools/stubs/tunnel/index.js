// Takes the place of tunnel (`overrides` in package.json), 9 KB and the module `assert` of Node. Behind a proxy
// @actions/http-client makes an agent with it for every request, which the gate replaces by its own (src/http/tunnel-agent.ts).
// So nothing throws here. A request that is sent with this one after all fails: Node takes no plain object for an agent.
const noAgent = () => ({})

export {
  noAgent as httpOverHttp,
  noAgent as httpOverHttps,
  noAgent as httpsOverHttp,
  noAgent as httpsOverHttps,
}
