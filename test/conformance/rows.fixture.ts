// The rows that samples of webhooks leave behind, in short: what the tables of the conformance test are made of.

import type { Picture, Row, Seed } from './world.fixture.ts'

/** `rows` are the ones that are new or changed, without what is null. `first`: samples that came before. */
export type Story = { rows: Picture; seed?: Seed; first?: string[] }

export const SECOND_ZERO = 1_793_000_000_000

/** The samples count their seconds from here. */
export const at = (second: number) => new Date(SECOND_ZERO + second * 1000).toISOString()

/** Sample wamids are numbers in disguise. */
export const wamid = (number: string) => `wamid.${Buffer.from(`FAKE-MESSAGE-${number}`).toString('base64')}`

export const ADA = '15550101001'
export const NUMBER = '500100200300400'
export const SHA = 'ZmFrZXNoYTI1NmZha2VzaGEyNTZmYWtlc2hhMjU2ZmE='

export const ada = {
  phone: ADA,
  user_id: 'US.1000200030004000',
  name: 'Ada Example',
  aliases: [ADA, 'US.1000200030004000'],
}

export const received = (second: number, type: string, content: unknown, more: Row = {}): Row => ({
  wamid: wamid(String(second).padStart(4, '0')),
  direction: 'inbound',
  type,
  status: 'received',
  contact: ADA,
  number: NUMBER,
  content,
  sent_at: at(second),
  ...more,
})

/** Ada wrote: the message, what is known of her, and her window. */
export const inbound = (
  second: number,
  type: string,
  content: unknown,
  more: Row = {},
  rows: Picture = {},
): Story => ({
  rows: {
    messages: [received(second, type, content, more)],
    contacts: [ada],
    windows: [{ contact: ADA, at: at(second) }],
    ...rows,
  },
})

export const media = (second: number, type: string, content: Row): Story => {
  const id = `12300000000000${String(second).padStart(2, '0')}`
  const noted = { media_id: id, mime_type: content.mime_type, direction: 'inbound' }
  return inbound(second, type, { id, sha256: SHA, ...content }, {}, { media: [noted] })
}

export const quoting = { reply_to: wamid('9001'), context: { from: '+15550100001' } }

export const sent = (number: string, status: string, more: Row): Row => ({
  wamid: wamid(number),
  direction: 'outbound',
  type: 'text',
  status,
  contact: ADA,
  number: NUMBER,
  content: { body: 'seeded' },
  ...more,
})

/** A status of our message, which also tells who Ada is. */
export const status = (
  number: string,
  status: string,
  more: Row,
  rows: Picture = { contacts: [ada] },
): Story => ({
  seed: { wamid: wamid(number), direction: 'outbound' },
  rows: { messages: [sent(number, status, more)], ...rows },
})

export const pmp = (category: string, type = 'regular') => ({
  type,
  billable: type === 'regular',
  category,
  pricing_model: 'PMP',
})

export const delivered = (second: number, pricing: Row) => ({
  pricing,
  sent_at: at(second),
  delivered_at: at(second),
})

export const account = (more: Row) => ({ waba_id: '700100200300400', status: 'connected', ...more })
export const number = (more: Row) => ({ phone_number_id: NUMBER, status: 'CONNECTED', ...more })
export const template = (more: Row, text = 'old'): Story => ({
  rows: {
    templates: [{ status: 'PENDING', category: 'UTILITY', components: [{ text, type: 'BODY' }], ...more }],
  },
})
export const notice = (field: string, kind: string): Picture => ({ notices: [{ field, kind }] })

export const cleo = {
  user_id: 'US.1000200030004001',
  username: 'cleo.example',
  name: 'Cleo',
  aliases: ['US.1000200030004001'],
}

export const reply = (second: number, type: string, answer: Row) =>
  inbound(second, 'interactive', { type, [type]: answer }, quoting)

/** From the history: five weeks earlier. */
export const past = (
  number: string,
  type: string,
  content: unknown,
  second: number,
  more: Row = {},
): Row => ({
  ...received(second - 3_000_000, type, content, { wamid: wamid(number), origin: 'history' }),
  ...more,
})

export const EPOCH = new Date(0).toISOString()
export const VALUE = 'entry[0].changes[0].value'
