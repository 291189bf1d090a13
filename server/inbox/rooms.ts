// Which room an item of a webhook belongs to. Each room's verb takes many at once and answers a reason for each that it
// could not apply; what no room knows is parked, to be looked at and applied again once one does.

import { type AccountNumber, findByMetaId } from '../accounts/room.ts'
import type { Transaction } from '../db/pool.ts'
import { applyAddressBook, applyPreferences, applyUserIds } from '../messages/inbound/applyPeople.ts'
import { applyStatuses } from '../messages/inbound/applyStatuses.ts'
import { explainError } from '../messages/inbound/errors.ts'
import { receive } from '../messages/inbound/receive.ts'
import { isBusinessCall, receiveCalls } from '../messages/inbound/receiveCalls.ts'
import { receiveSynced } from '../messages/inbound/receiveSynced.ts'
import type { Arrival } from '../messages/inbound/rows.ts'
import { applyChange } from './changes.ts'
import type { Item } from './expand.ts'
import { noteNumbers } from './notice.ts'
import type { Inbox } from './room.ts'

export type Problem = { item: Item; reason: string }

export type Known = { item: Item; number: AccountNumber }

type Apply = (inbox: Inbox, tx: Transaction, known: Known[]) => Promise<(string | undefined)[]>

/** In this order: a status may speak of somebody whom a message introduces. */
const STEPS: [of: (item: Item) => boolean, apply: Apply][] = [
  [ofKind('user_id'), ({ messages }, tx, known) => applyUserIds(messages, tx, known.map(news))],
  [ofKind('message'), ({ messages }, tx, known) => receive(messages, tx, known.map(arrival))],
  [
    ofKind('echo', 'past_message'),
    ({ messages }, tx, known) => receiveSynced(messages, tx, known.map(synced)),
  ],
  [isCall, ({ messages }, tx, known) => receiveCalls(messages, tx, known.map(arrival))],
  [ofKind('status'), ({ messages }, tx, known) => applyStatuses(messages, tx, known.map(status))],
  [ofKind('preference'), ({ messages }, tx, known) => applyPreferences(messages, tx, known.map(news))],
  [ofKind('address'), ({ messages }, tx, known) => applyAddressBook(messages, tx, known.map(news))],
  [item => (item.kind === 'call' && !isCall(item)) || item.kind === 'call_status', noteNumbers],
  [ofKind('error'), reportErrors],
]

export async function applyItems(inbox: Inbox, tx: Transaction, items: Item[]): Promise<Problem[]> {
  const problems: Problem[] = []
  const known: Known[] = []
  for (const item of items) {
    if (item.kind === 'change') continue
    const number = item.phone_number_id && (await findByMetaId(inbox.accounts, item.phone_number_id))
    if (number) known.push({ item, number })
    else
      problems.push({ item, reason: `The number ${item.phone_number_id ?? '(none)'} is not connected here.` })
  }
  for (const [belongs, apply] of STEPS) {
    const some = known.filter(one => belongs(one.item))
    if (some.length > 0) problems.push(...withReasons(some, await apply(inbox, tx, some)))
  }
  for (const item of items) {
    if (item.kind !== 'change') continue
    const reason = await applyChange(inbox, tx, item)
    if (reason !== undefined) problems.push({ item, reason })
  }
  return problems
}

function ofKind(...kinds: Item['kind'][]) {
  return (item: Item) => kinds.includes(item.kind)
}

/** By a person. Calls that the business makes are only noted. */
function isCall(item: Item): boolean {
  return item.kind === 'call' && !isBusinessCall(item.item)
}

function news({ item, number }: Known) {
  return { tenant_id: number.tenant_id, phone_number_id: number.id, item: item.item, contacts: item.contacts }
}

function status({ item, number }: Known) {
  return {
    tenant_id: number.tenant_id,
    phone_number_id: number.id,
    status: item.item,
    contacts: item.contacts,
    ...{ currency: number.currency, timezone_id: number.timezone_id },
  }
}

function arrival({ item, number }: Known): Arrival {
  return {
    ...{ tenant_id: number.tenant_id, phone_number_id: number.id },
    ...{ message: item.item, contacts: item.contacts },
    ...{ inbox_id: item.inbox_id, inbox_path: item.path },
  }
}

function synced(known: Known) {
  const { kind, thread, display_phone_number } = known.item
  const origin: 'app' | 'history' = kind === 'echo' ? 'app' : 'history'
  const business_phone = display_phone_number ?? known.number.display_phone_number.replace(/\D/g, '')
  return { ...arrival(known), origin, thread, business_phone }
}

/** Problems of a number as a whole: nothing to apply, but somebody should know. They are noted, and parked to be seen. */
async function reportErrors(inbox: Inbox, tx: Transaction, known: Known[]): Promise<string[]> {
  await noteNumbers(inbox, tx, known)
  return known.map(({ item, number }) => {
    const problem = explainError(item.item)
    inbox.log.warn(
      { phone_number_id: number.phone_number_id, problem },
      'Meta reported a problem of a number',
    )
    const said = [problem.title, problem.details].filter(part => part !== undefined).join(': ')
    return `Meta reported a problem of the number: ${problem.code} ${said}`
  })
}

function withReasons(known: Known[], reasons: (string | undefined)[]): Problem[] {
  return known.flatMap(({ item }, ord) => {
    const reason = reasons[ord]
    return reason === undefined ? [] : [{ item, reason }]
  })
}
