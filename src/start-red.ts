// The first instruction of the process, before any other module is evaluated: from here on every end that nobody
// planned is red. One line of index.ts, and no other, takes it back.
process.exitCode = 1
