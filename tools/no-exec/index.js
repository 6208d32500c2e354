// Stands in for @actions/exec, which the toolkit's core imports for one function, `platform.getDetails`, that nothing
// here calls: a gate starts no programs, and loading what could start them is a tenth of its time to start.
export function getExecOutput() {
  throw new Error(
    '@actions/exec is left out of this bundle (tools/no-exec): core.platform.getDetails cannot be used',
  )
}
