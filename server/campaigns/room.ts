// The room of campaigns: what its verbs share.

import type { Accounts } from '../accounts/room.ts'
import type { Contacts } from '../contacts/resolve.ts'
import type { House } from '../house.ts'
import type { Media } from '../media/room.ts'
import type { Messages } from '../messages/room.ts'
import type { Templates } from '../templates/room.ts'
import { type Gate, openGate } from './recipients/gate.ts'

type Below = {
  messages: Messages
  templates: Templates
  contacts: Contacts
  accounts: Accounts
  media: Media
}

export type Campaigns = House &
  Below & {
    /** Uploads that are being stored at this moment. */
    imports: Gate
  }

/** Each holds a connection, and keeps a core busy. */
const IMPORTS_AT_ONCE = 2

export function openCampaigns(house: House, below: Below): Campaigns {
  return { ...house, ...below, imports: openGate(IMPORTS_AT_ONCE) }
}
