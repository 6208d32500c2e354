import { expect, test } from '@jest/globals'
import { sign } from '../../src/credentials/signature.ts'
import { expectedSignature } from '../../tools/fake-service/signature.ts'
import { randomRequests } from '../signing/random-requests.ts'
import { hostileText } from '../support/builders/hostile-text.ts'
import { fc } from '../support/properties.ts'

/** Paths and queries of anything that a URL can hold. */
const hostileUrl = fc
  .tuple(hostileText, hostileText)
  .map(([path, query]) => `https://service.example.com/${path}?${query}`)
  .filter(url => URL.canParse(url))
  .map(url => new URL(url))

test('of any URL the signature is the one that the fake service, a second implementation, expects', () => {
  fc.assert(
    fc.property(randomRequests('all'), hostileUrl, (random, url) => {
      const request = { ...random.request, url }
      const { headers, signature } = sign(request, random.keys, random.date)
      expect(headers.Authorization).toMatch(/^[\x20-\x7e]+$/)
      expect(JSON.stringify(headers)).not.toContain(random.keys.secretKey)
      const names = /SignedHeaders=([^,]+)/.exec(headers.Authorization)?.[1]?.split(';') ?? []
      const sent = { ...request.headers, Host: url.host, 'X-Sdk-Date': headers['X-Sdk-Date'] }
      const byLowerCase = Object.entries(sent).map(([name, value]) => [name.toLowerCase(), value] as const)
      expect(names).toEqual(byLowerCase.map(([name]) => name).sort())
      const wire = {
        method: request.method,
        target: url.pathname + url.search,
        headers: Object.fromEntries(byLowerCase),
        body: request.body ?? '',
      }
      expect(expectedSignature(wire, names, random.keys.secretKey).signature).toBe(signature)
    }),
    { numRuns: 1_000 },
  )
})
