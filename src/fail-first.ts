// The first instruction of the process, before any other module is evaluated. From here on the process fails however it
// ends, unless one line of index.ts sets the exit code to 0.
process.exitCode = 1
