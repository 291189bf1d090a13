// The room of templates: what its verbs share. It takes over the last step of onboarding, pulling the templates.

import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Memory, memory } from '../accounts/remember.ts'
import type { Accounts } from '../accounts/room.ts'
import type { House } from '../house.ts'
import type { Principal } from '../http/route.ts'
import type { Source } from './exampleFile.ts'
import { forgetTemplates } from './forget.ts'
import { pullTemplates } from './pull.ts'
import { CHANNEL } from './queries.ts'
import type { TemplateRow } from './schema.ts'

export type Templates = House & {
  accounts: Accounts
  /** By account and name: every language of it. */
  named: Memory<TemplateRow[]>
  /** By account: when Meta last refused one of its templates, in monotonic milliseconds. */
  doubted: Map<string, number>
  hooks: Hooks
}

/** What other rooms do for this one; they are set when those open. */
export type Hooks = {
  /** The bytes of a file that was uploaded here; fails with `not_found` where there is none. */
  openMedia?: (caller: Principal, media_id: string) => Promise<Source>
  /** A path of its own for bytes that wait; whoever asked removes the file. */
  newTempPath(): Promise<string>
}

const REMEMBERED = 5_000

export function openTemplates(house: House, accounts: Accounts): Templates {
  const newTempPath = async () => join(tmpdir(), `carom-${randomUUID()}`)
  const templates: Templates = {
    ...house,
    accounts,
    named: memory(REMEMBERED),
    doubted: new Map(),
    hooks: { newTempPath },
  }
  accounts.hooks.pullTemplates = async account => {
    const pulled = await pullTemplates(templates, account)
    return pulled.ok ? undefined : pulled
  }
  house.listener.on(CHANNEL, account_id => forgetTemplates(templates, account_id))
  house.listener.onReconnect(() => templates.named.clear())
  return templates
}
