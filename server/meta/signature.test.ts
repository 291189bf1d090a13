import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { appsecretProof, verifySignature } from './signature.ts'

const raw = Buffer.from('{"object":"whatsapp_business_account","text":"\\u00e4"}')
const good = `sha256=${createHmac('sha256', 'secret').update(raw).digest('hex')}`

test('accepts the signature of exactly these bytes', () => {
  assert.equal(verifySignature(raw, good, 'secret'), true)
  assert.equal(verifySignature(Buffer.concat([raw, Buffer.from(' ')]), good, 'secret'), false)
  assert.equal(verifySignature(raw, good, 'other'), false)
})

test('refuses every other form', () => {
  const hex = good.slice(7)
  const forms = [
    undefined,
    '',
    hex,
    `sha1=${hex}`,
    `SHA256=${hex}`,
    `${good} `,
    `sha256=${hex.toUpperCase()}`,
    good.slice(0, -1),
  ]
  for (const form of forms) assert.equal(verifySignature(raw, form, 'secret'), false, String(form))
  assert.equal(
    verifySignature(raw, `sha256=${createHmac('sha256', 'x').update(raw).digest('hex')}`, ''),
    false,
  )
})

test('the proof of a token', () => {
  assert.equal(
    appsecretProof('token', 'secret'),
    createHmac('sha256', 'secret').update('token').digest('hex'),
  )
})
