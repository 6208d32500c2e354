/** Which service is asked, for words about what it does not know. */
export interface Place {
  /** The host of the service, with its port where it has one of its own. */
  readonly host: string
  /** The region that is asked; undefined where the input `endpoint` names the host. */
  readonly region: string | undefined
  /** Whether nothing names a region: neither an input, nor an address, nor the environment. */
  readonly isDefault: boolean
}
