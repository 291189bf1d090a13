// Reading and writing what one person wants to get, by the API.

import { findNumber } from '../accounts/room.ts'
import { ALL_NUMBERS, MARKETING, readConsents, recordConsents } from '../contacts/consent.ts'
import { findContact, presentContact } from '../contacts/resolve.ts'
import type { ContactRow } from '../contacts/schema.ts'
import type { Queryable } from '../db/pool.ts'
import { fail } from '../kit/errors.ts'
import { isUuid } from '../kit/ids.ts'
import { parseAddress } from '../kit/phone.ts'
import type { Consents } from './room.ts'
import type { ConsentBody, ContactConsent } from './schema.ts'

export async function readContactConsent(
  consents: Consents,
  tenant_id: string,
  who: string,
): Promise<ContactConsent> {
  const contact = (await findContact(consents.contacts, tenant_id, addressOf(who))) ?? nobody()
  return show(consents.db, contact)
}

/** Somebody who is not known yet is made a contact: a list of people who want nothing can be brought along. */
export async function putContactConsent(
  consents: Consents,
  tx: Queryable,
  tenant_id: string,
  who: string,
  body: ConsentBody,
): Promise<ContactConsent> {
  checkBody(body, consents.clock.nowMs())
  const { value, source = 'api', detail = null, at } = body
  const phone_number_id = await scopeOf(consents, tenant_id, body.phone_number_id)
  const address = addressOf(who)
  const found =
    address.kind === 'id'
      ? await findContact(consents.contacts, tenant_id, address)
      : await consents.contacts.resolve({ tenant_id, address })
  const contact = found ?? nobody()
  await recordConsents(tx, [
    {
      ...{ tenant_id, contact_id: contact.id, phone_number_id, category: MARKETING, value, source, detail },
      at: at === undefined ? consents.clock.now() : new Date(at),
    },
  ])
  return show(tx, contact)
}

async function show(db: Queryable, contact: ContactRow): Promise<ContactConsent> {
  const { opted_out, current, history } = await readConsents(db, contact.id)
  return {
    contact: presentContact(contact),
    marketing_opt_out: opted_out,
    current: current.map(({ meta_phone_number_id, at, ...word }) => ({
      phone_number_id: meta_phone_number_id,
      ...word,
      at: at.toISOString(),
    })),
    history: history.map(({ meta_phone_number_id, at, recorded_at, ...word }) => ({
      phone_number_id: meta_phone_number_id,
      ...word,
      at: at.toISOString(),
      recorded_at: recorded_at.toISOString(),
    })),
  }
}

function addressOf(who: string) {
  return isUuid(who) ? { kind: 'id' as const, value: who } : parseAddress(who, 'contact')
}

async function scopeOf(consents: Consents, tenant_id: string, phone_id: string | undefined): Promise<string> {
  if (phone_id === undefined) return ALL_NUMBERS
  const number = await findNumber(consents.accounts, tenant_id, phone_id)
  if (number) return number.id
  const message = 'There is no such number in this account; GET /api/v1/whatsapp/phone_numbers lists yours.'
  return fail('not_found', { param: 'phone_number_id', message })
}

/** Words of Carom's own say who told it. */
const RESERVED = ['whatsapp', 'message', 'meta']
const CLOCKS_DIFFER_MS = 5 * 60_000

function checkBody({ source, at }: ConsentBody, now_ms: number): void {
  const issues = []
  if (source !== undefined && RESERVED.includes(source)) {
    const message = `\`source\` must say how you know it; ${RESERVED.join(', ')} stand for what Carom heard itself.`
    issues.push({ param: 'source', message })
  }
  if (at !== undefined && new Date(at).getTime() > now_ms + CLOCKS_DIFFER_MS)
    issues.push({ param: 'at', message: '`at` must not be in the future.' })
  const [first] = issues
  if (first) fail('invalid_parameter', { message: first.message, param: first.param, details: { issues } })
}

function nobody(): never {
  fail('not_found', { message: 'There is no such contact in this account.' })
}
