// What is done to forget a person, step by step. Each does some of its work at a time, and may be done again from its
// beginning: nothing is remembered but the step and how far it is.

import { eraseTurns } from '../bots/turn/erase.ts'
import { eraseRecipients } from '../campaigns/erase.ts'
import { addressesOf, forgetContact, rememberOptOut } from '../contacts/erase.ts'
import { eraseThreads, threadsOf } from '../conversations/erase.ts'
import { eraseDeliveries, eraseEvents, isBeingTold } from '../events/erase.ts'
import { eraseAnswers } from '../idempotency/erase.ts'
import { applyAgain, eraseNoticesOf, eraseRaw, personIn } from '../inbox/erase.ts'
import type { Address } from '../kit/phone.ts'
import { eraseMessages, hasMessages } from '../messages/erase.ts'
import type { ErasureRow, Wanted } from './queries.ts'
import type { People } from './room.ts'

export type Job = ErasureRow & { wanted: Wanted }

/** `cursor`: where this step goes on; null: the next one comes. `wait_ms`: not before that. `back`: the step to begin again. */
export type Progress = {
  cursor: string | null
  counts?: Record<string, number>
  wait_ms?: number
  back?: StepName
}

type Step = (people: People, job: Job) => Promise<Progress>

const BATCH = 1_000
const WAIT_MS = 500
/** As long as a transaction that saw the contact before it went may take. */
const REST_MS = 2_000

/** In this order. */
const STEPS = {
  gather,
  campaigns,
  messages,
  threads,
  answers,
  raw_webhooks,
  notices,
  events,
  deliveries,
  contact,
  rest,
} satisfies Record<string, Step>

export type StepName = keyof typeof STEPS

export const FIRST_STEP: StepName = 'gather'

export function runStep(people: People, job: Job): Promise<Progress> {
  return STEPS[job.step as StepName](people, job)
}

export function stepAfter(step: string): StepName | undefined {
  const names = Object.keys(STEPS) as StepName[]
  return names[names.indexOf(step as StepName) + 1]
}

const DONE: Progress = { cursor: null }

/** Under which names the person is known, before anything of it goes. */
async function gather({ db }: People, job: Job): Promise<Progress> {
  if (job.contact_id === null) return DONE
  await rememberOptOut(db, job.contact_id)
  const known = await addressesOf(db, job.contact_id)
  const thread_ids = await threadsOf(db, job.contact_id)
  job.wanted = {
    aliases: distinct([...job.wanted.aliases, ...known]),
    thread_ids: [...new Set([...job.wanted.thread_ids, ...thread_ids])],
  }
  return DONE
}

async function campaigns({ db }: People, job: Job): Promise<Progress> {
  const campaign_recipients = await eraseRecipients(db, job.tenant_id, job.wanted.aliases)
  return { cursor: null, counts: { campaign_recipients } }
}

async function messages(people: People, job: Job): Promise<Progress> {
  if (job.contact_id === null) return DONE
  const gone = await eraseMessages(people.messages, job.contact_id, BATCH)
  return { cursor: gone.length === 0 ? null : 'more', counts: { messages: gone.length } }
}

async function threads({ db, clock }: People, job: Job): Promise<Progress> {
  if (job.contact_id === null) return DONE
  const ids = [...new Set([...job.wanted.thread_ids, ...(await threadsOf(db, job.contact_id))])]
  job.wanted.thread_ids = ids
  const bot_turns = await eraseTurns(db, ids, clock.now())
  return { cursor: null, counts: { bot_turns, conversations: await eraseThreads(db, job.contact_id) } }
}

async function answers({ db }: People, job: Job): Promise<Progress> {
  const words = [...wordsOf(job), ...job.wanted.thread_ids]
  const { cursor } = await eraseAnswers(db, job.tenant_id, words, job.cursor, BATCH)
  return { cursor }
}

async function raw_webhooks({ inbox }: People, job: Job): Promise<Progress> {
  const person = await personIn(inbox, job.tenant_id, wordsOf(job))
  const { cursor, count, wait } = await eraseRaw(inbox, person, job.cursor, BATCH)
  return wait
    ? { cursor: cursor ?? '00000000-0000-0000-0000-000000000000', wait_ms: WAIT_MS }
    : { cursor, counts: { raw_webhooks: count } }
}

async function notices({ inbox }: People, job: Job): Promise<Progress> {
  return {
    cursor: null,
    counts: { notices: await eraseNoticesOf(inbox, job.tenant_id, wordsOf(job)) },
  }
}

async function events({ db }: People, job: Job): Promise<Progress> {
  const { cursor, count } = await eraseEvents(db, aboutOf(job), job.cursor, BATCH)
  return { cursor, counts: { events: count } }
}

async function deliveries({ db, inbox }: People, job: Job): Promise<Progress> {
  const about = aboutOf(job)
  const { numbers } = await personIn(inbox, job.tenant_id, [])
  if (job.cursor === null && (await isBeingTold(db, about, [...numbers])))
    return { cursor: null, back: 'deliveries', wait_ms: WAIT_MS }
  const { cursor, count } = await eraseDeliveries(db, about, job.cursor, BATCH)
  return { cursor, counts: { deliveries: count } }
}

/** The person may have written meanwhile, and what was at Meta when this began has come back by now. */
async function contact({ db }: People, job: Job): Promise<Progress> {
  const { contact_id } = job
  if (contact_id === null) return DONE
  const again = (await hasMessages(db, contact_id)) || (await threadsOf(db, contact_id)).length > 0
  if (again) return { cursor: null, back: 'messages', wait_ms: WAIT_MS }
  await db.transaction(tx => forgetContact(tx, contact_id))
  return { cursor: null, wait_ms: REST_MS }
}

/** What came in at the very moment when the contact went belongs to a new one. */
async function rest(people: People, job: Job): Promise<Progress> {
  const { db, inbox } = people
  if (job.contact_id === null) return DONE
  const lost = await eraseMessages(people.messages, job.contact_id, BATCH)
  await eraseThreads(db, job.contact_id)
  await db.transaction(tx => forgetContact(tx, job.contact_id as string))
  await applyAgain(
    inbox,
    lost.flatMap(message => message.inbox_id ?? []),
  )
  const left = lost.length > 0 || (await hasMessages(db, job.contact_id))
  return left ? { cursor: null, back: 'rest', wait_ms: WAIT_MS } : DONE
}

/** As they stand in JSON: phone numbers without their plus, and user ids. */
function wordsOf(job: Job): string[] {
  return job.wanted.aliases.map(alias => alias.value)
}

function aboutOf(job: Job) {
  return { tenant_id: job.tenant_id, contact_id: job.contact_id, words: wordsOf(job) }
}

function distinct(aliases: Address[]): Address[] {
  return [...new Map(aliases.map(alias => [`${alias.kind} ${alias.value}`, alias])).values()]
}
