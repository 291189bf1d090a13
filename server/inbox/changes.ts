// Webhook fields other than `messages`: which verb of which room applies each. Fields that stand nowhere here are parked,
// and can be applied again once somebody takes them.

import { applyAccountUpdate, applyReviewUpdate } from '../accounts/webhooks/applyAccount.ts'
import { applyCapability, applyNameUpdate, applyQuality } from '../accounts/webhooks/applyNumbers.ts'
import type { AccountEvent } from '../accounts/webhooks/event.ts'
import type { Transaction } from '../db/pool.ts'
import {
  applyCategoryUpdate,
  applyComponentsUpdate,
  applyQualityUpdate,
  applyStatusUpdate,
} from '../templates/applyReview.ts'
import type { Item } from './expand.ts'
import type { Inbox } from './room.ts'

type Apply = (inbox: Inbox, tx: Transaction, event: AccountEvent) => Promise<unknown>

const fields: Record<string, Apply> = {
  account_update: ({ accounts }, tx, event) => applyAccountUpdate(accounts, tx, event),
  account_review_update: ({ accounts }, tx, event) => applyReviewUpdate(accounts, tx, event),
  business_capability_update: ({ accounts }, tx, event) => applyCapability(accounts, tx, event),
  phone_number_quality_update: ({ accounts }, tx, event) => applyQuality(accounts, tx, event),
  phone_number_name_update: ({ accounts }, tx, event) => applyNameUpdate(accounts, tx, event),
  message_template_status_update: ({ templates }, tx, event) => applyStatusUpdate(templates, tx, event),
  message_template_quality_update: ({ templates }, tx, event) => applyQualityUpdate(templates, tx, event),
  message_template_components_update: ({ templates }, tx, event) =>
    applyComponentsUpdate(templates, tx, event),
  template_category_update: ({ templates }, tx, event) => applyCategoryUpdate(templates, tx, event),
}

/** Answers a reason where nobody handles the field, undefined where it was applied (or changed nothing). */
export async function applyChange(inbox: Inbox, tx: Transaction, item: Item): Promise<string | undefined> {
  const apply = Object.hasOwn(fields, item.field) ? fields[item.field] : undefined
  if (!apply) return `No part of Carom handles the field ${JSON.stringify(item.field)} yet.`
  const at_s = item.entry_time ?? Math.floor(inbox.clock.nowMs() / 1000)
  await apply(inbox, tx, { waba_id: item.entry_id, at_s, value: item.item })
  return undefined
}
