// The service messages that each number has free in a month. Meta's status says of every message whether it was charged, and
// is believed; what it left open, or everything where CAROM_SERVICE_ALLOWANCE is `counted`, is told by counting.

import { partsOf } from '../parts.ts'
import { type Filter, readByName } from '../queries.ts'
import { ruleOf } from '../rates/rules.ts'
import type { Analytics } from '../room.ts'
import type { Payer } from './accounts.ts'
import type { Piece } from './pieces.ts'
import type { Counted, FreeService } from './price.ts'

type Use = { payer: Payer; pieces: Piece[] }

/** None are free but those that Meta said were. */
const asTold: FreeService = () => 0

export async function allowanceOf(
  analytics: Analytics,
  tenant_id: string,
  filter: Pick<Filter, 'phone_number_id'>,
  uses: Use[],
  whole: readonly Counted[],
): Promise<FreeService> {
  const counts_all = analytics.config.CAROM_SERVICE_ALLOWANCE === 'counted'
  const open = whole.some(({ kind }) => kind.category === 'service' && isOpen(kind.charge, counts_all))
  if (!open) return asTold
  const left = new Map<string, number>()
  for (const { payer, pieces } of uses) {
    for (const [start, free] of await freeByPiece(analytics, tenant_id, filter, payer, pieces, counts_all)) {
      left.set(`${payer.account_id} ${start}`, free)
    }
  }
  return ({ payer, piece, kind, n }) => {
    if (!isOpen(kind.charge, counts_all)) return 0
    const key = `${payer.account_id} ${piece.start}`
    const free = Math.min(n, left.get(key) ?? 0)
    left.set(key, (left.get(key) ?? 0) - free)
    return free
  }
}

function isOpen(charge: string, counts_all: boolean): boolean {
  return charge === 'untold' || (counts_all && charge === 'regular')
}

/** How many of a number's free messages were used up in the month of the last piece. */
export async function usedAllowance(
  analytics: Analytics,
  tenant_id: string,
  phone_number_id: string,
  payer: Payer,
  pieces: Piece[],
): Promise<number> {
  const month = pieces.at(-1)?.month
  const filter = { tenant_id, account_ids: [payer.account_id], phone_number_id }
  const rows = await readByName(analytics.db, filter, 'cost', 'number', {
    spans: pieces,
    parts: partsOf(pieces),
  })
  const inMonth = rows.filter(row => pieces[row.span]?.month === month && usesAllowance(analytics, row.label))
  return inMonth.reduce((sum, row) => sum + row.n, 0)
}

function usesAllowance({ config }: Analytics, label: string): boolean {
  const [category, charge] = label.split(':')
  return (
    category === 'service' ||
    (config.CAROM_FREE_ENTRY_POINT_USES_ALLOWANCE && charge === 'free_entry_point_service')
  )
}

/** How many of the open ones of each piece fall into the allowances of their numbers. */
async function freeByPiece(
  analytics: Analytics,
  tenant_id: string,
  { phone_number_id }: Pick<Filter, 'phone_number_id'>,
  payer: Payer,
  pieces: Piece[],
  counts_all: boolean,
): Promise<Map<number, number>> {
  const filter: Filter = { tenant_id, account_ids: [payer.account_id] }
  if (phone_number_id !== undefined) filter.phone_number_id = phone_number_id
  const time = { spans: pieces, parts: partsOf(pieces) }
  const rows = await readByName(analytics.db, filter, 'cost', 'number', time)
  const used = new Map<string, number>()
  const free = new Map<number, number>()
  for (const { span, name, label, n } of rows.sort((a, b) => a.span - b.span)) {
    const charge = label.split(':')[1] ?? ''
    const piece = pieces[span] as Piece
    const allowance = ruleOf('service', piece.billing_day)?.free_per_number_and_month ?? 0
    if (!usesAllowance(analytics, label) || allowance === 0) continue
    const month = `${name} ${piece.month}`
    const before = used.get(month) ?? 0
    used.set(month, before + n)
    if (!isOpen(charge, counts_all)) continue
    const inside = Math.min(n, Math.max(0, allowance - before))
    free.set(piece.start, (free.get(piece.start) ?? 0) + inside)
  }
  return free
}
