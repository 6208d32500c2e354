// Takes the place of @actions/exec (`overrides` in package.json), 46 KB with what it needs. @actions/core imports it for
// platform.getDetails() alone, which the gate does not call: it starts no program.
export function getExecOutput() {
  throw new Error('@actions/exec is not part of this action: tools/stubs/exec takes its place')
}
