// The room of consent: it listens to what people write, and keeps what they want to get.

import { type Memory, memory } from '../accounts/remember.ts'
import type { Accounts } from '../accounts/room.ts'
import type { Contacts } from '../contacts/resolve.ts'
import type { House } from '../house.ts'
import type { Messages } from '../messages/room.ts'
import { hearWords } from './hearWords.ts'
import { CHANNEL } from './queries.ts'
import type { ConsentSettings } from './schema.ts'

type Below = { messages: Messages; contacts: Contacts; accounts: Accounts }

export type Consents = House & Below & { settings: Memory<ConsentSettings & { tenant_id: string }> }

const REMEMBERED = 1_000

export function openConsents(house: House, below: Below): Consents {
  const consents: Consents = { ...house, ...below, settings: memory(REMEMBERED) }
  house.listener.on(CHANNEL, tenant_id => consents.settings.forget(one => one.tenant_id === tenant_id))
  house.listener.onReconnect(() => consents.settings.clear())
  below.messages.hooks.received = (tx, rows) => hearWords(consents, tx, rows)
  return consents
}
