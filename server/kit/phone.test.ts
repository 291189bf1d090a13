import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Failure } from './errors.ts'
import { parseAddress } from './phone.ts'

test('reads numbers in every usual spelling', () => {
  for (const spelling of [
    '+15550101001',
    '15550101001',
    '+1 (555) 010-1001',
    ' +1 555 010 1001 ',
    '+1.555.010.1001',
  ]) {
    assert.deepEqual(parseAddress(spelling), { kind: 'phone', value: '15550101001' }, spelling)
  }
  assert.deepEqual(parseAddress('+49 151 2345 6789'), { kind: 'phone', value: '4915123456789' })
  assert.deepEqual(parseAddress('+5511987654321'), { kind: 'phone', value: '5511987654321' })
})

test('reads business-scoped user ids, parents too', () => {
  assert.deepEqual(parseAddress('US.1000200030004000'), { kind: 'user_id', value: 'US.1000200030004000' })
  assert.deepEqual(parseAddress('US.ENT.1000200030004000'), {
    kind: 'user_id',
    value: 'US.ENT.1000200030004000',
  })
})

test('refuses what cannot be a number, and names the field', () => {
  for (const nonsense of [
    '',
    'Ada',
    '+1555',
    '+155501010011234',
    '0049151234567',
    '+999123456789',
    '+1 555 010 1001 ext 3',
    'us.1',
    '++15550101001',
  ]) {
    assert.throws(
      () => parseAddress(nonsense, 'recipients[0].to'),
      (error: unknown) =>
        error instanceof Failure &&
        error.code === 'invalid_phone_number' &&
        error.options.param === 'recipients[0].to',
      nonsense,
    )
  }
})
