// The room of campaigns: what its verbs share, and what other rooms do for it.

import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Accounts } from '../accounts/room.ts'
import type { Contacts } from '../contacts/resolve.ts'
import type { Queryable } from '../db/pool.ts'
import type { House } from '../house.ts'
import type { Messages } from '../messages/room.ts'
import type { Templates } from '../templates/room.ts'
import { type Gate, openGate } from './recipients/gate.ts'

/** How many messages of a category go where, and when: to be priced by the rate card in force then. */
export type ForecastWish = {
  tenant_id: string
  /** Ours. */
  phone_number_id: string
  category: string
  /** Messages by ISO country; '' where no country is known. */
  counts_by_country: Record<string, number>
  at: Date
}

/** Money is a decimal text. */
export type Forecast = {
  currency: string
  total: string
  by_country: { country: string; messages: number; cost: string | null }[]
  /** Messages without a known price; not in `total`. */
  unpriced: number
  rate_card: { name: string; effective_from: string }
}

export type NewEvent = {
  tenant_id: string
  type: string
  at: Date
  contact_id?: string | null
  phone_number_id?: string | null
  subject_id?: string | null
  data: object
}

/** What other rooms do for this one; they are set when those open. */
export type Hooks = {
  forecastCost?: (wish: ForecastWish) => Promise<Forecast>
  /** Tells the tenant's endpoints, in the transaction of what happened. */
  recordEvents?: (tx: Queryable, events: NewEvent[]) => Promise<void>
  /** A path of its own for bytes that wait; whoever asked removes the file. */
  newTempPath(): Promise<string>
}

type Below = { messages: Messages; templates: Templates; contacts: Contacts; accounts: Accounts }

export type Campaigns = House &
  Below & {
    hooks: Hooks
    /** Uploads that are being stored at this moment. */
    imports: Gate
  }

/** Each holds a connection, and keeps a core busy. */
const IMPORTS_AT_ONCE = 2

export function openCampaigns(house: House, below: Below): Campaigns {
  const newTempPath = async () => join(tmpdir(), `carom-${randomUUID()}`)
  return { ...house, ...below, hooks: { newTempPath }, imports: openGate(IMPORTS_AT_ONCE) }
}
