// Everything that single sends write, by one batch: what is about to be sent and what became of others share a statement
// and its commit. With few requests at a time commits are what costs, and this halves them.

import { type Batch, batch } from '../db/batch.ts'
import type { House } from '../house.ts'
import {
  type NewMessage,
  type Opened,
  type Settled,
  type Settlement,
  type Terms,
  writeSends,
} from './queries.ts'

export type MessageWriter = {
  store(message: NewMessage): Promise<Opened>
  settle(settlement: Settlement): Promise<Settled>
}

type Write = { open: NewMessage } | { settle: Settlement }

/** `told` is called when outcomes were written: they are events. */
export function openWriter(
  house: Pick<House, 'batches'>,
  terms: Terms,
  told: () => void = () => {},
): MessageWriter {
  const write: Batch<Write, Opened | Settled> = batch({
    name: 'messages.write',
    max_in_flight: 1,
    run: async writes => {
      const results = await writeAll(house, terms, writes)
      if (writes.some(write => 'settle' in write)) told()
      return results
    },
  })
  return {
    store: message => write({ open: message }) as Promise<Opened>,
    settle: settlement => write({ settle: settlement }) as Promise<Settled>,
  }
}

async function writeAll(
  house: Pick<House, 'batches'>,
  terms: Terms,
  writes: Write[],
): Promise<(Opened | Settled | Error)[]> {
  const opens = writes.flatMap(write => ('open' in write ? [write.open] : []))
  const settlements = writes.flatMap(write => ('settle' in write ? [write.settle] : []))
  const { opened, settled } = await writeSends(house.batches, opens, settlements, terms)
  const byId = new Map(settled.map(row => [row.id, row]))
  let next = 0
  return writes.map(write => {
    if ('open' in write) return opened[next++] as Opened
    const { id } = write.settle
    return byId.get(id) ?? new Error(`Message ${id} is gone and cannot be settled.`)
  })
}
