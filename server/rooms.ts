// The rooms of the third floor, opened from the lower to the upper: each is handed the ones that it stands on.

import { type Accounts, openAccounts } from './accounts/room.ts'
import { openContacts } from './contacts/resolve.ts'
import type { House } from './house.ts'
import { type Idempotency, openIdempotency } from './idempotency/store.ts'
import { type Inbox, openInbox } from './inbox/room.ts'
import { ensureOwner } from './keys/ensureOwner.ts'
import { type Keys, openKeys } from './keys/openKeys.ts'
import { type Messages, openMessages } from './messages/room.ts'
import { SANDBOX_APP } from './sandbox/app.ts'
import { openTemplates, type Templates } from './templates/room.ts'

export type Rooms = {
  keys: Keys
  idempotency: Idempotency
  accounts: Accounts
  templates: Templates
  messages: Messages
  inbox: Inbox
  first_tenant_id: string
}

export async function openRooms(house: House): Promise<{ rooms: Rooms; new_owner_key: string | undefined }> {
  const keys = openKeys(house)
  const owner = await ensureOwner(keys, house.config)
  const accounts = openAccounts(house)
  const templates = openTemplates(house, accounts)
  const contacts = openContacts(house)
  const messages = openMessages(house, { accounts, contacts, templates })
  const { META_WEBHOOK_VERIFY_TOKEN, META_APP_SECRET } = house.config
  const inbox = openInbox(
    house,
    { accounts, templates, messages },
    {
      verify_token: META_WEBHOOK_VERIFY_TOKEN ?? SANDBOX_APP.verify_token,
      app_secret: META_APP_SECRET ?? SANDBOX_APP.app_secret,
    },
  )
  const idempotency = openIdempotency(house)
  return {
    rooms: { keys, idempotency, accounts, templates, messages, inbox, first_tenant_id: owner.tenant_id },
    new_owner_key: owner.generated_key,
  }
}
