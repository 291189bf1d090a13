// Whether a bot may answer: asked before the engine is, and again, of what is true then, before anything is sent.

import { isAtLeast } from '../engines/cost.ts'
import { DEFAULTS } from '../schema.ts'
import type { Case } from './gather.ts'
import { answersAt } from './hours.ts'
import { looksLikeMachine } from './machine.ts'
import type { ReasonCode } from './reasons.ts'
import type { Facts } from './workQueries.ts'

/** These hold at any moment; whatever the engine was doing meanwhile, they forbid its answer. */
export function forbids(facts: Facts, now: Date): ReasonCode | undefined {
  if (facts.name === null || !facts.is_active) return 'bot_inactive'
  if (!facts.linked) return 'bot_unlinked'
  if (!facts.number_autoreply) return 'autoreply_off'
  if (!facts.thread_autoreply) return 'thread_autoreply_off'
  if (facts.opted_out) return 'opted_out'
  if (waitsForPerson(facts)) return 'escalated'
  if (facts.bot_paused_until && facts.bot_paused_until > now) return 'paused'
  if (facts.person_at !== null) return 'person_answered'
  if (!facts.window_open) return 'window_closed'
  return undefined
}

/** Hours and limits are looked at once, when a turn begins. */
export function holdsBack({ facts, thread, spent }: Case, now: Date): ReasonCode | undefined {
  const { limits = {}, business_hours } = facts.config
  if (!answersAt(business_hours, now)) return 'outside_hours'
  const most = limits.replies_per_hour_per_contact ?? DEFAULTS.replies_per_hour_per_contact
  if (facts.replies_last_hour >= most) return 'reply_limit'
  if (limits.tokens_per_day !== undefined && spent.tokens >= limits.tokens_per_day) return 'token_limit'
  if (limits.cost_per_day !== undefined && isAtLeast(spent.cost, limits.cost_per_day)) return 'cost_limit'
  if (looksLikeMachine(thread)) return 'machine_suspected'
  return undefined
}

/** A person is told of these: the bot will not help itself out of them. */
const ESCALATING = new Set<ReasonCode>([
  ...(['reply_limit', 'token_limit', 'cost_limit', 'machine_suspected'] as const),
  ...(['repeated_answer', 'engine_failed', 'handover_word'] as const),
])

export function escalates(code: ReasonCode): boolean {
  return ESCALATING.has(code)
}

/** Why Carom escalated a thread without the contact or a person asking for it: the bot goes on where it can. */
const GOES_ON = new Set<string>([
  'reply_limit',
  'token_limit',
  'cost_limit',
  'repeated_answer',
  'engine_failed',
])

/** Handed over, and auto-reply was not switched on again since. */
function waitsForPerson({ status, status_reason, status_at, bot_resumed_at }: Facts): boolean {
  if (status !== 'escalated' || GOES_ON.has(status_reason ?? '')) return false
  return bot_resumed_at === null || bot_resumed_at < status_at
}
