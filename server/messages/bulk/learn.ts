// WhatsApp's own digits of a number may differ from the dialled ones (Brazil, Mexico, Argentina). In a campaign that can be
// true of everybody, so it is learned by batch.

import { type Dialled, recogniseAll } from '../../contacts/recognise.ts'
import { type Batch, batch } from '../../db/batch.ts'
import type { House } from '../../house.ts'
import { moveContact } from '../inbound/queries.ts'

export function openDialled(house: Pick<House, 'db'>): Batch<Dialled, void> {
  return batch<Dialled, void>({
    name: 'messages.learn_dialled',
    max_in_flight: 1,
    run: async all => {
      await house.db.transaction(async tx => {
        for (const { from, into } of await recogniseAll(tx, all)) await moveContact(tx, from, into)
      })
      return all.map(() => undefined)
    },
  })
}
