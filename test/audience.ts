// What tests of campaigns share: a draft with recipients.

import assert from 'node:assert/strict'
import { type Answered, type Api, NUMBER } from './carom.ts'

export const REMINDER = {
  ...{ name: 'Reminders', template: 'appointment_reminder', language: 'en_US', phone_number_id: NUMBER },
}

/** A draft of the sandbox's reminder, or of what else is said. */
export async function newCampaign(api: Api, more: object = {}): Promise<string> {
  const made = await api('POST', '/whatsapp/campaigns', { ...REMINDER, ...more })
  assert.equal(made.status, 201, made.text)
  return made.body.id
}

export function upload(
  api: Api,
  id: string,
  csv: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Answered> {
  return api('POST', `/whatsapp/campaigns/${id}/recipients`, csv, { 'content-type': 'text/csv', ...headers })
}

/** Everybody of a campaign, as the list shows them. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into bodies freely
export async function recipientsOf(api: Api, id: string, query = ''): Promise<any[]> {
  const found = []
  for (let cursor = ''; ; ) {
    const { status, body, text } = await api(
      'GET',
      `/whatsapp/campaigns/${id}/recipients?limit=100${query}${cursor}`,
    )
    assert.equal(status, 200, text)
    found.push(...body.data)
    if (body.next_cursor === null) return found
    cursor = `&cursor=${body.next_cursor}`
  }
}
