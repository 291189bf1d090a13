// How long things of a tenant are kept, as the API shows it.

import type { Queryable } from '../db/pool.ts'
import { readMessageDays } from './queries.ts'
import type { Retention } from './room.ts'

export async function presentRetention({ config }: Retention, db: Queryable, tenant_id: string) {
  const default_message_days = config.CAROM_MESSAGE_DAYS
  return {
    message_days: (await readMessageDays(db, tenant_id)) ?? default_message_days,
    default_message_days,
    event_days: config.CAROM_EVENT_DAYS,
    raw_webhook_days: config.CAROM_RAW_WEBHOOK_DAYS,
  }
}
