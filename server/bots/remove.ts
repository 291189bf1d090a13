// Deletes a bot, with what it knows. While a number is linked to it, only on express wish.

import { linkedNumbers, unlinkBot } from '../accounts/unlink.ts'
import type { Queryable } from '../db/pool.ts'
import { fail } from '../kit/errors.ts'
import { noSuchBot } from './find.ts'
import { lock, remove } from './queries.ts'
import type { Bots } from './room.ts'

export async function removeBot(
  bots: Bots,
  tx: Queryable,
  tenant_id: string,
  id: string,
  { unlink = false }: { unlink?: boolean },
): Promise<void> {
  if (!(await lock(tx, tenant_id, id))) noSuchBot()
  if (unlink) await unlinkBot(bots.accounts, tx, tenant_id, id)
  else refuseLinked(await linkedNumbers(tx, tenant_id, id))
  await remove(tx, tenant_id, id)
}

function refuseLinked(phone_number_ids: string[]): void {
  if (phone_number_ids.length === 0) return
  fail('invalid_state', {
    message: `The bot is linked to ${phone_number_ids.join(', ')}; unlink it there first, or delete it with ?unlink=true.`,
    details: { phone_number_ids },
  })
}
