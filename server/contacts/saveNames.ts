// The address book of a business: what it calls people. Shown where a person's own name is not known.

import type { Queryable } from '../db/pool.ts'
import { saveNames as write } from './learnQueries.ts'

export type SavedName = { contact_id: string; saved_name: string | null; at: Date }

export async function saveNames(tx: Queryable, names: SavedName[]): Promise<void> {
  if (names.length === 0) return
  await write(
    tx,
    names.map(({ contact_id, ...rest }) => ({ id: contact_id, ...rest })),
  )
}
