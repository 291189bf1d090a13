// The routes of consent.

import { ContactPath } from '../contacts/schema.ts'
import type { Transaction } from '../db/pool.ts'
import { type Route, route } from '../http/route.ts'
import { putContactConsent, readContactConsent } from './contactConsent.ts'
import type { Consents } from './room.ts'
import { ConsentBody, ConsentSettings, ContactConsent, SettingsBody } from './schema.ts'
import { putSettings, readSettings } from './settings.ts'

const tag = 'Contacts'

export function consentRoutes(consents: Consents): Route<Transaction>[] {
  return [...contactRoutes(consents), ...settingsRoutes(consents)]
}

function contactRoutes(consents: Consents): Route<Transaction>[] {
  const common = { path: '/whatsapp/contacts/:contact/consent', tag, params: ContactPath }
  return [
    route({
      ...common,
      method: 'GET',
      scope: 'whatsapp:read',
      summary: 'Read what a person wants to get',
      description: 'What counts now, and every word that was said about it.',
      replies: { 200: ContactConsent },
      errors: ['not_found', 'invalid_phone_number'],
      handle: async ({ tenant_id, params }) => ({
        status: 200,
        body: await readContactConsent(consents, tenant_id, params.contact),
      }),
    }),
    route({
      ...common,
      method: 'PUT',
      scope: 'whatsapp:write',
      summary: 'Record what a person wants to get',
      description:
        'For what you learned elsewhere: a web form, a call, a list from before. The newest word counts. Nobody is written to.',
      body: ConsentBody,
      replies: { 200: ContactConsent },
      errors: ['not_found', 'invalid_phone_number', 'invalid_parameter'],
      example: { body: { value: 'resume', source: 'web_form', detail: 'Signed up at checkout' } },
      idempotency: 'transaction',
      handle: async ({ db, tenant_id, params, body }) => ({
        status: 200,
        body: await putContactConsent(consents, db, tenant_id, params.contact, body),
      }),
    }),
  ]
}

function settingsRoutes(consents: Consents): Route<Transaction>[] {
  const common = { path: '/whatsapp/consent_settings', tag }
  return [
    route({
      ...common,
      method: 'GET',
      scope: 'whatsapp:read',
      summary: 'Read which words stop and start marketing',
      replies: { 200: ConsentSettings },
      errors: [],
      handle: async ({ tenant_id }) => ({ status: 200, body: await readSettings(consents.db, tenant_id) }),
    }),
    route({
      ...common,
      method: 'PUT',
      scope: 'whatsapp:write',
      summary: 'Change which words stop and start marketing',
      description: 'Any of the fields; each replaces what it was, and null makes it the default again.',
      body: SettingsBody,
      replies: { 200: ConsentSettings },
      errors: ['invalid_parameter'],
      example: {
        body: { stop_words: { en: ['stop', 'no more'] }, stop_answers: { en: 'Done: no more offers.' } },
      },
      idempotency: 'transaction',
      handle: async ({ db, tenant_id, body }) => ({
        status: 200,
        body: await putSettings(consents, db, tenant_id, body),
      }),
    }),
  ]
}
