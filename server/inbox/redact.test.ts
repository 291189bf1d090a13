// One person is taken out of a stored webhook; everybody else keeps their place in it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expand } from './expand.ts'
import { redactBody } from './redact.ts'

const person = { words: new Set(['15550101001', 'US.1']), numbers: new Set(['1']), wabas: new Set(['9']) }

function redact(field: string, value: object, entry_id = '9') {
  const body = JSON.stringify({ entry: [{ id: entry_id, changes: [{ field, value }] }] })
  const redacted = redactBody(body, person)
  return redacted === undefined ? undefined : JSON.parse(redacted).entry[0].changes[0].value
}

const metadata = { phone_number_id: '1' }
const from = (who: string, text = 'x') => ({
  from: who,
  id: `wamid.${who}`,
  type: 'text',
  text: { body: text },
})

test('what the person wrote goes, what others wrote stays where it was', () => {
  const value = {
    metadata,
    contacts: [{ wa_id: '15550101001' }],
    messages: [from('15550101001'), from('155')],
  }
  const told = redact('messages', value)
  assert.deepEqual(told.messages, [{ erased: true }, from('155')])
  assert.deepEqual(told.contacts, [{ erased: true }])
})

test('by user id, with a plus, and in statuses too', () => {
  const statuses = [
    { recipient_user_id: 'US.1' },
    { recipient_id: '+15550101001' },
    { recipient_id: '1555010100' },
  ]
  assert.deepEqual(redact('messages', { metadata, statuses }).statuses, [
    { erased: true },
    { erased: true },
    { recipient_id: '1555010100' },
  ])
})

test('of a card that somebody shared, one phone', () => {
  const phones = [
    { phone: '+1 555', wa_id: '15550101001' },
    { phone: '+1 556', wa_id: '1556' },
  ]
  const message = { ...from('155'), type: 'contacts', contacts: [{ name: { formatted_name: 'A' }, phones }] }
  const [left] = redact('messages', { metadata, messages: [message] }).messages
  assert.equal(left.from, '155')
  assert.deepEqual(left.contacts[0].phones, [{ erased: true }, phones[1]])
})

test("a change that is about the person as a whole, and what is another tenant's", () => {
  assert.deepEqual(redact('anything', { metadata, wa_id: '15550101001' }), { metadata, erased: true })
  assert.equal(
    redact('messages', { metadata: { phone_number_id: '2' }, messages: [from('15550101001')] }),
    undefined,
  )
  assert.equal(redact('anything', { wa_id: '15550101001' }, '8'), undefined)
  assert.equal(redact('messages', { metadata, messages: [from('155', 'call +15550101001')] }), undefined)
})

test('applied again, what was taken out is passed over', () => {
  const value = { metadata, messages: [from('15550101001'), from('155')] }
  const body = { entry: [{ id: '9', changes: [{ field: 'messages', value: redact('messages', value) }] }] }
  const { items, problems } = expand('x', body)
  assert.deepEqual(problems, [])
  assert.deepEqual(
    items.map(item => [item.path, item.item.from]),
    [['entry[0].changes[0].value.messages[1]', '155']],
  )
  const whole = { entry: [{ id: '9', changes: [{ field: 'anything', value: { metadata, erased: true } }] }] }
  assert.deepEqual(expand('x', whole), { items: [], problems: [] })
})
