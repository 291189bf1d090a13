import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backoffMs } from './backoff.ts'
import { newBucket, reserve, take } from './bucket.ts'
import { derivedId, isUuid, newId } from './ids.ts'
import { scrub } from './log.ts'
import { newSecretKey, openSealer } from './seal.ts'
import { mayBeUnstorable, storable } from './text.ts'

test('ids are UUIDv7, sort in the order of their making, and carry their time', () => {
  const ids = Array.from({ length: 3000 }, () => newId(1_764_000_000_000))
  assert.deepEqual([...ids].sort(), ids)
  assert.equal(new Set(ids).size, ids.length)
  assert.ok(ids.every(isUuid))
  assert.equal(Number.parseInt((ids[0] ?? '').replace('-', '').slice(0, 12), 16), 1_764_000_000_000)
  assert.equal(ids[0]?.[14], '7')
})

test('a derived id is the same for the same parts, and another for others', () => {
  const id = derivedId(1000, 'tenant', 'wamid.1')
  assert.equal(derivedId(1000, 'tenant', 'wamid.1'), id)
  assert.notEqual(derivedId(1000, 'tenant', 'wamid.2'), id)
  assert.notEqual(derivedId(1000, 'tenantw', 'amid.1'), id)
  assert.ok(isUuid(id))
})

test('a sealed secret opens only in its own context, with a key that is known', () => {
  const [old, fresh] = [newSecretKey(), newSecretKey()]
  const sealed = openSealer([old]).seal('EAAsecret', 'account_token:1')
  assert.ok(!sealed.includes('EAAsecret'))
  assert.equal(openSealer([fresh, old]).open(sealed, 'account_token:1'), 'EAAsecret')
  assert.throws(() => openSealer([old]).open(sealed, 'account_token:2'))
  assert.throws(() => openSealer([fresh]).open(sealed, 'account_token:1'), /does not hold/)
  assert.throws(() => openSealer(['c2hvcnQ=']), /32 bytes/)
})

test('backoff grows, is jittered within its upper half, and is capped', () => {
  for (let attempt = 1; attempt < 40; attempt++) {
    const ceiling = Math.min(4000, 250 * 2 ** (attempt - 1))
    const ms = backoffMs(attempt, 250, 4000)
    assert.ok(ms >= ceiling / 2 - 1 && ms <= ceiling + 1, `attempt ${attempt}: ${ms}`)
  }
})

test('a bucket lets its burst through at once and then one per interval', () => {
  const bucket = newBucket(1 / 6, 45)
  for (let n = 0; n < 45; n++) assert.equal(take(bucket, 0), 0)
  assert.equal(take(bucket, 0), 6000)
  assert.equal(take(bucket, 5999), 1)
  assert.equal(take(bucket, 6000), 0)
  const queue = newBucket(10, 1)
  assert.deepEqual([reserve(queue, 0), reserve(queue, 0), reserve(queue, 0)], [0, 100, 200])
})

test('tokens and keys are cut out of texts', () => {
  const text = 'GET /x?access_token=EAAabcdefghijk&code=123 with cm_live_abcdefgh1234 failed'
  const clean = scrub(text)
  assert.ok(!/EAAabc|=123|abcdefgh1234/.test(clean), clean)
  assert.match(clean, /^GET \/x\?access_token=/)
})

test('what PostgreSQL cannot store is found and removed', () => {
  const nasty = { 'a\0b': ['x\ud800y', { z: '\0' }], fine: '😀' }
  assert.ok(mayBeUnstorable(JSON.stringify(nasty)))
  assert.ok(!mayBeUnstorable('{"text":"grüße"}'))
  assert.deepEqual(storable(nasty), { ab: ['x\ufffdy', { z: '' }], fine: '😀' })
})
