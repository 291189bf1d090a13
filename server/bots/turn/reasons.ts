// Why a turn ended without an answer, or with something else than one: a code for programs, a sentence for people.

export const REASONS = {
  bot_inactive: 'The bot is switched off, or was deleted.',
  bot_unlinked: 'The bot is no longer linked to this number.',
  autoreply_off: 'Auto-reply is off on this number.',
  thread_autoreply_off: 'Auto-reply is off in this thread.',
  withdrawn: 'The contact deleted the message before it was answered.',
  thread_gone: 'The thread is gone.',
  number_disconnected: 'The number is disconnected, so nothing can be sent from it.',
  escalated:
    'The thread waits for a person; set its status, or switch auto-reply on again, for the bot to go on.',
  paused: 'The bot is paused in this thread.',
  person_answered: 'A person wrote in this thread a short while ago, so the bot leaves it to them.',
  opted_out: 'The contact has opted out.',
  window_closed: 'The 24-hour window is closed.',
  outside_hours: 'It is outside of the hours in which the bot answers.',
  reply_limit: 'The bot has answered this contact as often as `limits.replies_per_hour_per_contact` allows.',
  token_limit: 'The bot has used as many tokens today as `limits.tokens_per_day` allows.',
  cost_limit: 'The bot has cost as much today as `limits.cost_per_day` allows.',
  machine_suspected:
    'The other side answers faster than people do, again and again: it looks like a machine.',
  repeated_answer: 'The same was asked and answered several times in a row already: it looks like a machine.',
  customer_wrote_again:
    'The contact wrote again before the answer was ready; the next turn answers all of it.',
  engine_silent: 'The engine wanted nothing to be said.',
  engine_failed: 'The engine did not answer, however often it was asked; `error` tells why.',
  handover_word: 'The contact asked for a person.',
  no_passage: 'The knowledge has no passage that speaks of what was asked.',
  not_understood:
    'The message has no words that the bot understands, such as a voice message without a transcript.',
  content_filter: "The provider's filter withheld the answer.",
  prompt_leak: 'The answer repeated the instructions of the bot, and was withheld.',
} as const

export type ReasonCode = keyof typeof REASONS

export type Reason = { code: ReasonCode; message: string }

export function reasonOf(code: ReasonCode): Reason {
  return { code, message: REASONS[code] }
}
