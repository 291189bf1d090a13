// Stores the recipients of one call, all of them or none: streamed through COPY into a table of the transaction's own, then
// taken over into the campaign. What is left out is counted and listed, and stops nothing.

import { copyInto } from '../../db/copy.ts'
import type { Transaction } from '../../db/pool.ts'
import { fail } from '../../kit/errors.ts'
import { newId } from '../../kit/ids.ts'
import type { Campaigns } from '../room.ts'
import { requireLocked } from '../run/change.ts'
import type { CampaignStatus } from '../schema.ts'
import type { Source } from './given.ts'
import { addressOf } from './present.ts'
import type { Imported, Note } from './schema.ts'
import { MAX_LISTED, newTally, STAGED_COLUMNS, stage } from './stage.ts'
import * as queries from './storeQueries.ts'

export type Target = { id: string; tenant_id: string; phone_number_id: string }

/** Fails with `invalid_state` where the campaign takes no recipients any more, also when that happened meanwhile. */
export async function storeRecipients(
  campaigns: Pick<Campaigns, 'clock'>,
  tx: Transaction,
  target: Target,
  source: Source,
  idempotency_id: string | undefined,
): Promise<Imported> {
  const { id, tenant_id, phone_number_id } = target
  const tally = newTally()
  await queries.openStaging(tx)
  await copyInto({
    into: tx,
    table: queries.STAGING,
    columns: STAGED_COLUMNS,
    rows: stage(source.rows, tally),
  })
  const { status, last_ord } = await requireLocked(tx, tenant_id, id)
  requireOpen(status)
  const into = { id, tenant_id, last_ord }
  const now = campaigns.clock.now()
  const added = await queries.insertStaged(tx, into)
  await queries.moveCursor(tx, id, tally.staged, now)
  const duplicates = tally.staged - added
  const doubles = duplicates > 0 ? await queries.leftOut(tx, into, MAX_LISTED) : []
  const opted_out = await queries.optedOutAdded(tx, into, phone_number_id, MAX_LISTED)
  const result = {
    ...{ added, duplicates, invalid: tally.invalid, opted_out: opted_out[0]?.total ?? 0 },
    errors: tally.errors,
    notes: [...doubles.map(duplicateNote), ...opted_out.map(optedOutNote)]
      .sort((a, b) => a.line - b.line)
      .slice(0, MAX_LISTED),
  }
  await queries.insertUpload(tx, {
    ...{ id: newId(now.getTime()), tenant_id, campaign_id: id, idempotency_id: idempotency_id ?? null },
    ...{ columns: source.columns, result, created_at: now },
  })
  return result
}

const OPEN: CampaignStatus[] = ['draft', 'scheduled', 'paused']

/** While it runs, and once it is over, nobody is added: whoever was counted on shall be all. */
export function requireOpen(status: CampaignStatus): void {
  if (OPEN.includes(status)) return
  const instead = status === 'running' ? 'pause it first' : 'make a new campaign'
  fail('invalid_state', {
    message: `A campaign that is ${status} takes no recipients; ${instead}.`,
    details: { status },
  })
}

function duplicateNote({ line, first_line, ...recipient }: queries.LeftOut): Note {
  const where = first_line === null ? 'is in the campaign already' : `stands on line ${first_line} already`
  return {
    line,
    kind: 'duplicate',
    message: `${addressOf(recipient)} ${where}; line ${line} was left out.`,
  }
}

function optedOutNote({ line, ...recipient }: queries.OptedOut): Note {
  const message = `${addressOf(recipient)} wants no marketing from this number, and is skipped by a marketing campaign.`
  return { line, kind: 'opted_out', message }
}
