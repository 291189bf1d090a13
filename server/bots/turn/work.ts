// The worker of turns: takes those that are due, judges, asks the engine with no transaction open, and closes them. A worker
// that dies leaves a lease that runs out, and the turn is worked on again; only one of them can close it.

import { setTimeout as sleep } from 'node:timers/promises'
import { sendableById } from '../../accounts/room.ts'
import { type Loop, startLoop } from '../../db/lease.ts'
import type { Outcome } from '../engines/engine.ts'
import { NOTHING_TOLD } from '../engines/engine.ts'
import { failed } from '../engines/failures.ts'
import { ask } from './ask.ts'
import { type Closing, NEXT_PART_MS } from './close.ts'
import { abandon } from './closeQueries.ts'
import { type Decision, decide, drop, MOST_ATTEMPTS } from './decide.ts'
import { followAnswers } from './follow.ts'
import { type Case, gather, inWords } from './gather.ts'
import { asksForPerson, handoverText } from './handover.ts'
import { forbids, holdsBack } from './judge.ts'
import { repeats } from './machine.ts'
import { reasonOf } from './reasons.ts'
import type { Turns } from './room.ts'
import { showTyping } from './showTyping.ts'
import { type Claimed, claim, keepLeases } from './workQueries.ts'

/** How long after the death of a worker its turns are taken up by another. Leases are renewed while it lives. */
const LEASE_MS = 15_000
const RENEW_MS = 4_000
/** Turns that a process answers at once, and of them one bot's: a slow model must not hold up the others. */
const MOST_AT_ONCE = 200
const MOST_PER_BOT = 50
const MOST_PER_CLAIM = 25
/** A turn that was taken so often without ever being closed brings down whoever works on it. */
const MOST_CLAIMS = MOST_ATTEMPTS + 4

type Working = { turns: Turns; held: Map<string, Claimed>; running: Set<Promise<void>> }

export function startTurns(turns: Turns): Loop {
  const working: Working = { turns, held: new Map(), running: new Set() }
  const { held, running } = working
  const loop = startLoop<Claimed>({
    name: 'bots',
    claim: async limit => {
      const room = Math.min(limit, MOST_AT_ONCE - running.size)
      return room > 0 ? claim(turns.db, room, { lease_ms: LEASE_MS, most_per_bot: MOST_PER_BOT }) : []
    },
    work: claimed => workOn(working, claimed),
    ...{ limit: MOST_PER_CLAIM, concurrency: 2, poll_ms: 1_000, log: turns.log },
  })
  turns.wakers.add(loop.wake)
  const renewing = setInterval(() => void renew(working), RENEW_MS)
  renewing.unref()
  return {
    ...loop,
    busy: () => running.size,
    async drain(timeout_ms = 30_000) {
      turns.wakers.delete(loop.wake)
      const end_ms = performance.now() + timeout_ms
      await loop.drain(timeout_ms)
      const late = sleep(Math.max(0, end_ms - performance.now()), undefined, { ref: false })
      await Promise.race([Promise.all(running), late])
      clearInterval(renewing)
      if (held.size > 0) turns.log.warn({ turns: held.size }, 'Turns of bots are left to another worker')
    },
  }
}

async function renew({ turns, held }: Working): Promise<void> {
  if (held.size === 0) return
  try {
    await keepLeases(turns.db, [...held.values()], LEASE_MS)
  } catch (error) {
    turns.log.warn({ err: error }, 'The leases of turns could not be renewed')
  }
}

/** Resolves when they are begun: what is quick must not wait for what is slow. */
async function workOn(working: Working, claimed: Claimed[]): Promise<void> {
  const open = claimed.filter(({ state }) => state === 'open')
  const answered = claimed.filter(({ state }) => state === 'answered')
  const [, more] = await Promise.all([beginAll(working, open), followAnswers(working.turns, answered)])
  if (more) wakeSoon(working.turns)
}

async function beginAll(working: Working, open: Claimed[]): Promise<void> {
  if (open.length === 0) return
  const { turns, running } = working
  const began_ms = performance.now()
  const ids = open.map(({ id }) => id)
  const cases = await gather(turns, ids)
  const gone = ids.filter(id => !cases.has(id))
  if (gone.length > 0) await abandon(turns.db, gone, reasonOf('thread_gone'), turns.clock.now())
  for (const lease of open) {
    const found = cases.get(lease.id)
    if (!found) continue
    const job = finish(working, found, lease, began_ms).finally(() => {
      running.delete(job)
      for (const wake of turns.wakers) if (running.size >= MOST_AT_ONCE - 1) wake()
    })
    running.add(job)
  }
}

async function finish(
  { turns, held }: Working,
  found: Case,
  lease: Claimed,
  began_ms: number,
): Promise<void> {
  held.set(lease.id, lease)
  try {
    const closing = await answer(turns, found, lease, began_ms)
    await turns.close(closing)
    if (closing.decision.do === 'send' && closing.decision.messages.length > 1) wakeSoon(turns)
  } catch (error) {
    turns.log.error({ err: error, turn_id: lease.id }, 'The turn of a bot could not be worked on')
  } finally {
    held.delete(lease.id)
  }
}

async function answer(turns: Turns, found: Case, lease: Claimed, began_ms: number): Promise<Closing> {
  const closing = (decision: Decision, outcome?: Outcome): Closing => ({
    ...{ facts: found.facts, lease_id: lease.lease_id, decision, told: outcome ?? NOTHING_TOLD },
    error: outcome?.kind === 'failed' ? outcome.problem : null,
    latency_ms: Math.round(performance.now() - began_ms),
  })
  const { facts, thread } = found
  const now = turns.clock.now()
  const held = forbids(facts, now) ?? holdsBack(found, now)
  if (held) return closing(drop(held))
  const number = await sendableById(turns.accounts, facts.phone_number_id)
  if (!number) return closing(drop('number_disconnected'))
  const words = inWords(thread, facts.asked)
  const said = words.filter(message => facts.asked.includes(message.id))
  if (said.length === 0) return closing(drop('withdrawn'))
  if (said.some(message => message.spoken && asksForPerson(facts.config, message.text))) {
    const messages = [{ type: 'text', content: { body: handoverText(facts.config) } }]
    return closing({ do: 'send', reply: 'handover', messages, reason: reasonOf('handover_word') })
  }
  void showTyping(turns, number, thread, facts.asked)
  const outcome =
    lease.attempts > MOST_CLAIMS
      ? failed('gave_up', 'It was begun too often.', false)
      : await askFor(turns, found, words)
  const decision = decide(outcome, {
    ...{ config: facts.config, attempts: lease.attempts },
    told_before: facts.status === 'escalated' && facts.status_reason === 'engine_failed',
    repeated: messages => repeats(thread, messages),
  })
  return closing(decision, outcome)
}

function askFor(turns: Turns, { facts, thread }: Case, words: ReturnType<typeof inWords>): Promise<Outcome> {
  const { bot_id: id, tenant_id, name, system_prompt, config, api_key_sealed, signing_secret_sealed } = facts
  const { contact_id, phone, user_id, username, contact_name } = facts
  return ask(turns, {
    ...{ turn_id: facts.id, conversation_id: facts.conversation_id, simulated: false },
    bot: { id, tenant_id, name: name ?? '', system_prompt, config, api_key_sealed, signing_secret_sealed },
    contact: { id: contact_id, phone, user_id, username, name: contact_name },
    ...{ thread: words, rows: thread, asked: facts.asked },
  })
}

function wakeSoon({ wakers }: Turns): void {
  for (const wake of wakers) setTimeout(wake, NEXT_PART_MS + 10).unref()
}
