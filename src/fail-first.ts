// The first instruction of the process, before any other module is evaluated: from here on the process fails, however it
// ends, unless one line of index.ts lets it pass.
process.exitCode = 1
