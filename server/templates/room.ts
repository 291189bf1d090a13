// The room of templates: what its verbs share. It takes over the last step of onboarding, pulling the templates.

import { type Memory, memory } from '../accounts/remember.ts'
import type { Accounts } from '../accounts/room.ts'
import type { House } from '../house.ts'
import { forgetTemplates } from './forget.ts'
import { pullTemplates } from './pull.ts'
import { CHANNEL } from './queries.ts'
import type { TemplateRow } from './schema.ts'

export type Templates = House & {
  accounts: Accounts
  /** By account and name: every language of it. */
  named: Memory<TemplateRow[]>
}

const REMEMBERED = 5_000

export function openTemplates(house: House, accounts: Accounts): Templates {
  const templates: Templates = { ...house, accounts, named: memory(REMEMBERED) }
  accounts.hooks.pullTemplates = async account => {
    const pulled = await pullTemplates(templates, account)
    return pulled.ok ? undefined : pulled
  }
  house.listener.on(CHANNEL, account_id => forgetTemplates(templates, account_id))
  house.listener.onReconnect(() => templates.named.clear())
  return templates
}
