// Reads what has to be priced: the messages asked about, and all of their portfolios, whose number decides about volume steps.

import { partsOf } from '../parts.ts'
import { type Count, type Filter, readCounts } from '../queries.ts'
import type { Range } from '../range.ts'
import type { Card } from '../rates/book.ts'
import type { Analytics } from '../room.ts'
import type { Payer } from './accounts.ts'
import { allowanceOf } from './allowance.ts'
import { type Piece, piecesOf } from './pieces.ts'
import { type Basis, type Counted, openKinds } from './price.ts'

/** `account_ids` of the filter are not looked at: `payers` are who is asked about. */
export async function countCosts(
  analytics: Analytics,
  filter: Filter,
  range: Pick<Range, 'start' | 'end' | 'days'>,
  cards: readonly Card[],
  all: readonly Payer[],
  payers: readonly Payer[],
): Promise<{ basis: Basis; wanted: Counted[] }> {
  const portfolios = new Set(payers.map(payer => payer.portfolio))
  const involved = all.filter(payer => portfolios.has(payer.portfolio))
  const is_part = [filter.phone_number_id, filter.template, filter.campaign_id].some(one => one !== undefined)
  const kindOf = openKinds()
  const whole: Counted[] = []
  const wanted: Counted[] = []
  const uses: { payer: Payer; pieces: Piece[] }[] = []
  for (const [timezone, together] of Map.groupBy(involved, payer => payer.timezone)) {
    const pieces = piecesOf(range, timezone, cards)
    const time = { spans: pieces, parts: partsOf(pieces) }
    const account_ids = together.map(payer => payer.account_id)
    const counted = (rows: Count[]): Counted[] =>
      rows.map(row => ({
        payer: payerIn(together, row),
        piece: pieces[row.span] as Piece,
        kind: kindOf(row.label),
        n: row.n,
      }))
    const { tenant_id } = filter
    whole.push(...counted(await readCounts(analytics.db, { tenant_id, account_ids }, 'cost', time)))
    if (is_part)
      wanted.push(...counted(await readCounts(analytics.db, { ...filter, account_ids }, 'cost', time)))
    uses.push(...together.map(payer => ({ payer, pieces })))
  }
  const asked = new Set(payers.map(payer => payer.account_id))
  const freeService = await allowanceOf(analytics, filter.tenant_id, filter, uses, whole)
  return {
    basis: { cards, whole, is_part, freeService },
    wanted: (is_part ? wanted : whole).filter(
      ({ piece, payer }) => piece.day !== undefined && asked.has(payer.account_id),
    ),
  }
}

function payerIn(payers: readonly Payer[], { account_id }: Count): Payer {
  return payers.find(payer => payer.account_id === account_id) as Payer
}
