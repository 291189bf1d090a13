// Webhook fields that are one change each: which verb of which room applies them, and which are only noted. Fields that
// stand nowhere here are parked, and can be applied again once somebody takes them.

import { applyAccountUpdate, applyReviewUpdate } from '../accounts/webhooks/applyAccount.ts'
import { applyCapability, applyNameUpdate, applyQuality } from '../accounts/webhooks/applyNumbers.ts'
import type { AccountEvent } from '../accounts/webhooks/event.ts'
import { errorCode, isConnectionError, isLostRace } from '../db/failures.ts'
import type { Transaction } from '../db/pool.ts'
import {
  applyCategoryUpdate,
  applyComponentsUpdate,
  applyQualityUpdate,
  applyStatusUpdate,
} from '../templates/applyReview.ts'
import type { Item } from './expand.ts'
import { LISTS } from './lists.ts'
import { noteAccount } from './notice.ts'
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

/** Nothing in Carom changes by these; the operator should see them. */
const NOTED = ['account_alerts', 'security', 'flows', 'business_username_update', 'partner_solutions']

/** The fields that an app should subscribe to. */
export const handledFields = (): string[] => [...Object.keys(LISTS), ...Object.keys(fields), ...NOTED]

/**
 * Answers a reason where it was not applied, undefined where it was (or changed nothing). Each has its own savepoint: what
 * one change does wrong is its own affair.
 */
export async function applyChange(inbox: Inbox, tx: Transaction, item: Item): Promise<string | undefined> {
  if (NOTED.includes(item.field)) return noteAccount(inbox, tx, item)
  const apply = Object.hasOwn(fields, item.field) ? fields[item.field] : undefined
  if (!apply) return `No part of Carom handles the field ${JSON.stringify(item.field)} yet.`
  const at_s = item.entry_time ?? Math.floor(inbox.clock.nowMs() / 1000)
  try {
    await tx.transaction(inner => apply(inbox, inner, { waba_id: item.entry_id, at_s, value: item.item }))
    if (item.field === 'account_update') await noteAccount(inbox, tx, item)
    return undefined
  } catch (error) {
    if (isPassing(error)) throw error
    inbox.log.error({ err: error, path: item.path, inbox_id: item.inbox_id }, 'A change could not be applied')
    return `The change could not be applied: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** Nobody's fault: a lost connection or race, a wait that took too long. The whole transaction is simply tried again. */
export function isPassing(error: unknown): boolean {
  return isConnectionError(error) || isLostRace(error) || WAITED_TOO_LONG.includes(errorCode(error) ?? '')
}

/** lock_not_available and query_canceled, which a statement_timeout is. */
const WAITED_TOO_LONG = ['55P03', '57014']
