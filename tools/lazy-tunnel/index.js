// Stands before the package tunnel, which the toolkit's HTTP client imports for requests through a proxy: it is loaded
// by the first of them, and its `assert` with it. Most runs have no proxy, and would load seven modules of Node for nothing.
for (const name of ['httpOverHttp', 'httpsOverHttp', 'httpOverHttps', 'httpsOverHttps']) {
  exports[name] = options => require('tunnel-itself')[name](options)
}
