import fc from 'fast-check'
import { sign } from '../../src/credentials/signature.ts'
import { hostileText } from '../../__tests__/support/hostile-text.ts'
import { randomRequests } from '../signing/random-requests.ts'
import { expectedSignature } from '../stand-in/signature.ts'
import { claim, type Target } from './target.ts'

/** Paths and queries of anything that a URL can hold. */
const hostileUrl: fc.Arbitrary<URL> = fc
  .tuple(hostileText, hostileText)
  .map(([path, query]) => `https://service.example.com/${path}?${query}`)
  .filter(url => URL.canParse(url))
  .map(url => new URL(url))

/** The signer: agrees with the stand-in's, which is another implementation, about any request. */
export const SIGNER: Target = {
  name: 'signer',
  property: fc.property(
    randomRequests('all'),
    fc.option(hostileUrl, { nil: undefined }),
    (random, hostile) => {
      const url = hostile ?? random.request.url
      const request = { ...random.request, url }
      const { headers, signature } = sign(request, random.keys, random.date)
      claim(/^[\x20-\x7e]+$/.test(headers.Authorization), 'a header can carry it')
      claim(!JSON.stringify(headers).includes(random.keys.secretKey), 'the secret key stays here')
      const names = /SignedHeaders=([^,]+)/.exec(headers.Authorization)?.[1]?.split(';') ?? []
      const sent = { ...request.headers, Host: url.host, 'X-Sdk-Date': headers['X-Sdk-Date'] }
      const byLowerCase = Object.entries(sent).map(([name, value]) => [name.toLowerCase(), value] as const)
      claim(
        byLowerCase.every(([name]) => names.includes(name)),
        'every header is signed',
      )
      const wire = {
        method: request.method,
        target: url.pathname + url.search,
        headers: Object.fromEntries(byLowerCase),
        body: request.body ?? '',
      }
      claim(
        expectedSignature(wire, names, random.keys.secretKey).signature === signature,
        'both signatures agree',
      )
    },
  ),
}
