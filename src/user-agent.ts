import manifest from '../package.json' with { type: 'json' }

/** How the gate names itself to the service: its version and nothing of the runner. */
export const USER_AGENT = `codearts-build-gate/${manifest.version}`
