/**
 * Runs something that reads the environment of the process, with these variables and no others that begin with `INPUT_`,
 * `HUAWEI`, `HW_` or `ACTIONS_`; whatever was there before is there again afterwards.
 */
export function withEnvironment<T>(variables: Readonly<Record<string, string | undefined>>, use: () => T): T {
  const before = { ...process.env }
  for (const name of Object.keys(before))
    if (/^(INPUT_|HUAWEI|HW_|ACTIONS_)/.test(name)) Reflect.deleteProperty(process.env, name)
  const given = Object.entries(variables).filter(([, value]) => value !== undefined)
  Object.assign(process.env, Object.fromEntries(given))
  try {
    return use()
  } finally {
    for (const name of Object.keys(process.env))
      if (!Object.hasOwn(before, name)) Reflect.deleteProperty(process.env, name)
    Object.assign(process.env, before)
  }
}
