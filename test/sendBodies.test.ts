// Property: whatever body comes in, the server answers it; never with a 5xx. A long run of the same is `npm run fuzz`.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { anyBody } from '../server/messages/kinds/arbitrary.fixture.ts'
import { changedBody } from '../server/messages/kinds/arbitraryChange.fixture.ts'
import { checkContent } from '../server/messages/kinds/checkContent.ts'
import { type Journey, startJourney } from './carom.ts'
import { PERMISSIVE, tryBody } from './sendBodies.ts'

let journey: Journey
before(async () => {
  journey = await startJourney({ settings: PERMISSIVE })
})
after(() => journey.close())

let nth = 0

test('bodies within the documented limits are sent', async () => {
  await fc.assert(
    fc.asyncProperty(anyBody, async sample => {
      const finding = await tryBody(journey, { ...sample, change: 'none', param: '' }, nth++)
      assert.equal(finding, undefined, JSON.stringify(finding))
    }),
    { numRuns: 150 },
  )
})

test('bodies with one thing changed are sent or refused with a reason', async () => {
  await fc.assert(
    fc.asyncProperty(changedBody, async sample => {
      const good = checkContent(sample.kind, sample.body).length === 0
      const finding = await tryBody(journey, sample, nth++)
      assert.notEqual(finding?.what, 'server error', JSON.stringify(finding))
      assert.ok(good || finding?.what !== 'Meta refused it', 'what the rules refuse never reached Meta')
    }),
    { numRuns: 300 },
  )
})

test('anything for a body is answered below 500', async () => {
  const paths = fc.constantFrom('', '/media', '/interactive', '/location', '/contacts', '/reaction')
  await fc.assert(
    fc.asyncProperty(paths, fc.jsonValue(), async (path, body) => {
      const { status } = await journey.api('POST', `/whatsapp/messages${path}`, JSON.stringify(body))
      assert.ok(status >= 400 && status < 500, String(status))
    }),
    { numRuns: 150 },
  )
})
