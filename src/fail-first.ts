// The first instructions of the process, before any other module is evaluated: this one imports nothing.

// From here on the process fails however it ends, unless one line of index.ts sets the exit code to 0.
process.exitCode = 1

// The rest needs Node 20.3. This is read by older ones too.
const { execPath, versions, env } = process
const [major = 0, minor = 0] = versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 3)) {
  const title = 'CodeArts Build'
  const words = `Node ${versions.node} is too old; run this step with Node 20.3 or later (it ran with ${execPath})`
  const isRunner = env['GITHUB_ACTIONS'] === 'true'
  const command = `::error title=${title}::${words.replace(/%/g, '%25')}`
  process.stdout.write(`${isRunner ? command : `Error: ${title}: ${words}`}\n`)
  process.exit()
}
