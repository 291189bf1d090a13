// Sends an endpoint an event that means nothing, now, and tells what it answered.

import { newId } from '../../kit/ids.ts'
import { attempt } from '../deliveries/attempt.ts'
import { insertTest } from '../deliveries/deliveryQueries.ts'
import { prepare } from '../deliveries/load.ts'
import { readLines } from '../deliveries/queueQueries.ts'
import type { Delivery } from '../deliveries/schema.ts'
import { requireDelivery } from '../deliveries/show.ts'
import type { Events } from '../room.ts'
import { TEST_TYPE } from '../types.ts'
import { requireEndpoint } from './find.ts'

/** Longer than an attempt can take. Should this process die, a worker sends it, once it is over. */
const LEASE_MS = 30_000

/** Also where the endpoint is switched off. It has a line of its own, so nothing waits for it. */
export async function testEndpoint(events: Events, tenant_id: string, id: string): Promise<Delivery> {
  const endpoint = await requireEndpoint(events.db, tenant_id, id)
  const at = events.clock.now()
  const line = newId()
  const data = {
    webhook_id: id,
    message: 'This is a test. If you can read it and the signature fits, the endpoint is set up well.',
  }
  const event = { id: newId(), tenant_id, type: TEST_TYPE, at, subject_id: endpoint.id, data }
  const lease = { owner: events.process_id, lease_ms: LEASE_MS }
  const seq = await events.db.transaction(tx => insertTest(tx, { webhook_id: id, line, event, ...lease }))
  const [prepared] = await prepare(events, await readLines(events.db, [{ webhook_id: id, line }], 1))
  if (prepared) {
    const made = await attempt(events, prepared)
    // One try is the test; it is not tried again.
    const state = made.ok ? 'delivered' : 'failed'
    await events.settle({ ...made.outcome, state, release_ms: 0 })
  }
  return requireDelivery(events.db, endpoint, seq)
}
