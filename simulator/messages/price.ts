// What a message costs by Meta's rules since 1 July 2025, as the `pricing` object says it. No amounts here.

import { billingDay } from '../pricing/bill.ts'
import type { Message, Pricing, World } from '../world.ts'

/** By the account's calendar. */
const SERVICE_CHARGED_FROM = '2026-10-01'
const FREE_SERVICE_MESSAGES = 1000

/** The price by category, window and date of sending, before the monthly allowance is looked at. */
export function priceOf(category: string, sent_at: number, isOpen: boolean, isFreeEntry: boolean): Pricing {
  const charged = { billable: true, pricing_model: 'PMP', type: 'regular' } as const
  const free = { billable: false, pricing_model: 'PMP', type: 'free_customer_service' } as const
  if (isFreeEntry) {
    return {
      billable: false,
      pricing_model: 'PMP',
      type: 'free_entry_point',
      category: 'referral_conversion',
    }
  }
  const isFree = category === 'service' || (category === 'utility' && isOpen)
  return { ...(isFree && billingDay(sent_at) < SERVICE_CHARGED_FROM ? free : charged), category }
}

/** The same after the allowance of 1,000 delivered service messages per number and month. `isDelivered` uses one up. */
export function applyAllowance(world: World, message: Message, isDelivered: boolean) {
  const pricing = message.pricing
  if (pricing?.category !== 'service' || billingDay(message.timestamp) < SERVICE_CHARGED_FROM) return
  const month = billingDay(world.clock.now()).slice(0, 7)
  const key = `${message.phone_number_id}/${month}`
  const used = world.allowance.get(key) ?? 0
  if (isDelivered) world.allowance.set(key, used + 1)
  const isFree = used < FREE_SERVICE_MESSAGES
  message.pricing = { ...pricing, billable: !isFree, type: isFree ? 'free_customer_service' : 'regular' }
}
