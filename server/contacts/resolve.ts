// From an address (phone or business-scoped user id) to the contact behind it, made on first sight.

import { batch } from '../db/batch.ts'
import type { House } from '../house.ts'
import { newId } from '../kit/ids.ts'
import type { Address } from '../kit/phone.ts'
import { optedOutAddresses } from './consentQueries.ts'
import { find, findOrCreate } from './queries.ts'
import type { Contact, ContactRow } from './schema.ts'

export type Contacts = House & {
  resolve(wanted: Wanted): Promise<ContactRow>
  /** Whether somebody wants no marketing from one of our numbers (by our id). Whom nobody knows has said nothing. */
  isOptedOut(wanted: Wanted & { phone_number_id: string }): Promise<boolean>
}

type Wanted = { tenant_id: string; address: Address }

export function openContacts(house: House): Contacts {
  const resolve = batch<Wanted, ContactRow>({
    name: 'contacts.resolve',
    run: wanted => resolveAll(house, wanted),
  })
  const isOptedOut = batch<Wanted & { phone_number_id: string }, boolean>({
    name: 'contacts.opted_out',
    async run(wanted) {
      const asked = wanted.map(({ address, ...rest }, ord) => ({ ...rest, ...address, ord }))
      const found = new Set((await optedOutAddresses(house.db, asked)).map(row => row.ord))
      return wanted.map((_, ord) => found.has(ord))
    },
  })
  return { ...house, resolve, isOptedOut }
}

/** The contact that a filter or a window question names: our id, a phone number or a user id. Makes none. */
export async function findContact(
  contacts: Contacts,
  tenantId: string,
  who: Address | { kind: 'id'; value: string },
): Promise<ContactRow | undefined> {
  return find(contacts.db, tenantId, who.kind, who.value)
}

export function presentContact(row: ContactRow): Contact {
  return { ...row, phone: row.phone === null ? null : `+${row.phone}` }
}

async function resolveAll(house: House, wanted: Wanted[]): Promise<ContactRow[]> {
  const found = new Array<ContactRow | undefined>(wanted.length)
  for (let round = 0; round < 5; round++) {
    const missing = wanted.flatMap((w, ord) =>
      found[ord] ? [] : [{ ord, tenant_id: w.tenant_id, ...w.address, id: newId() }],
    )
    if (missing.length === 0) break
    for (const { ord, ...row } of await findOrCreate(house.db, missing, house.clock.now())) found[ord] = row
  }
  return found.map(row => {
    if (!row) throw new Error('A contact could not be made: another process keeps making and removing it.')
    return row
  })
}
