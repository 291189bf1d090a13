import assert from 'node:assert/strict'
import { test } from 'node:test'
import { offsetMs } from '../../kit/timezone.ts'
import { zoneOfArea } from './areas.ts'
import { quietUntil, zoneOf, zoneOfCountry } from './quiet.ts'

const night = { start: '21:00', end: '08:00' }
const at = (iso: string) => new Date(iso)

test('the night passes midnight, and ends in the morning of the place', () => {
  const until = (iso: string, zone = 'Europe/Berlin') => quietUntil(night, zone, at(iso))?.toISOString()
  assert.equal(until('2026-11-23T19:59:59Z'), undefined)
  assert.equal(until('2026-11-23T20:00:00Z'), '2026-11-24T07:00:00.000Z')
  assert.equal(until('2026-11-24T06:59:30Z'), '2026-11-24T07:00:00.000Z')
  assert.equal(until('2026-11-24T07:00:00Z'), undefined)
  assert.equal(until('2026-11-24T07:00:00Z', 'America/New_York'), '2026-11-24T13:00:00.000Z')
  assert.equal(until('2026-11-24T07:00:00Z', 'Asia/Kolkata'), undefined)
})

test('in the night in which the clock is changed, the hour on the wall counts', () => {
  const until = quietUntil(night, 'Europe/Berlin', at('2026-10-24T22:00:00Z'))
  assert.equal(until?.toISOString(), '2026-10-25T07:00:00.000Z')
  const spring = quietUntil(night, 'America/New_York', at('2027-03-14T03:00:00Z'))
  assert.equal(spring?.toISOString(), '2027-03-14T12:00:00.000Z')
})

test('quiet hours within a day; the same time twice is none at all', () => {
  const noon = { start: '12:00', end: '14:30' }
  assert.equal(quietUntil(noon, 'UTC', at('2026-11-23T11:59:00Z')), undefined)
  assert.equal(quietUntil(noon, 'UTC', at('2026-11-23T12:00:00Z'))?.toISOString(), '2026-11-23T14:30:00.000Z')
  assert.equal(quietUntil(noon, 'UTC', at('2026-11-23T14:30:00Z')), undefined)
  assert.equal(quietUntil({ start: '08:00', end: '08:00' }, 'UTC', at('2026-11-23T08:00:00Z')), undefined)
})

test('where somebody is: by area code, else by country, a user id by its beginning', () => {
  const phone = (alias: string, country: string | null) => zoneOf({ alias_kind: 'phone', alias, country })
  assert.equal(phone('12065550100', 'US'), 'America/Los_Angeles')
  assert.equal(phone('19075550100', 'US'), 'America/Anchorage')
  assert.equal(phone('16045550100', 'CA'), 'America/Vancouver')
  assert.equal(phone('5568999990000', 'BR'), 'America/Rio_Branco')
  assert.equal(phone('5511999990000', 'BR'), 'America/Sao_Paulo')
  assert.equal(phone('5216641234567', 'MX'), 'America/Tijuana')
  assert.equal(phone('526641234567', 'MX'), 'America/Tijuana')
  assert.equal(phone('79161234567', 'RU'), 'Europe/Moscow')
  assert.equal(phone('61412345678', 'AU'), 'Australia/Sydney')
  assert.equal(phone('99912345', null), undefined)
  assert.equal(zoneOf({ alias_kind: 'user_id', alias: 'BR.1000', country: null }), 'America/Sao_Paulo')
  assert.ok(zoneOfCountry('DE') && zoneOfCountry('IN') && zoneOfCountry('NG'))
  assert.equal(zoneOfCountry('XX'), undefined)
})

test('every zone of the tables is one that exists', () => {
  for (const area of [
    '212',
    '416',
    '312',
    '204',
    '306',
    '303',
    '403',
    '602',
    '206',
    '604',
    '907',
    '808',
    '902',
    '709',
  ]) {
    const zone = zoneOfArea(`1${area}5550100`)
    assert.ok(zone && (zone === 'UTC' || offsetMs(zone, Date.parse('2026-01-15T12:00:00Z')) !== 0), area)
  }
})
