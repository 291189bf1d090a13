// Days and hours of time zones: clock changes, odd offsets, days without a midnight.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isTimezone } from '../kit/timezone.ts'
import { partsOf } from './parts.ts'
import { rangeOf } from './range.ts'
import { hoursOf, startOfDay } from './zones.ts'

const iso = (at: number) => new Date(at).toISOString().slice(0, 16)
const start = (zone: string, date: string) => iso(startOfDay(zone, date))
const NOW = Date.parse('2026-11-25T10:00:00Z')

const starts: [zone: string, date: string, at: string][] = [
  ['UTC', '2026-11-01', '2026-11-01T00:00'],
  ['Europe/Berlin', '2026-10-25', '2026-10-24T22:00'],
  ['Europe/Berlin', '2026-10-26', '2026-10-25T23:00'],
  ['Asia/Kolkata', '2026-11-01', '2026-10-31T18:30'],
  ['Asia/Kathmandu', '2026-11-01', '2026-10-31T18:15'],
  ['America/St_Johns', '2026-11-01', '2026-11-01T02:30'],
  ['Pacific/Kiritimati', '2026-11-01', '2026-10-31T10:00'],
  ['America/Los_Angeles', '2026-03-08', '2026-03-08T08:00'],
  // The clocks jump from 00:00 to 01:00: the day begins with its second hour.
  ['Africa/Cairo', '2026-04-24', '2026-04-23T22:00'],
  ['America/Santiago', '2026-09-06', '2026-09-06T04:00'],
]

for (const [zone, date, at] of starts) {
  test(`${date} begins in ${zone} at ${at}`, () => assert.equal(start(zone, date), at))
}

const lengths: [zone: string, date: string, hours: number][] = [
  ['Europe/Berlin', '2026-10-25', 25],
  ['Europe/Berlin', '2026-03-29', 23],
  ['Asia/Kathmandu', '2026-10-25', 24],
  ['Africa/Cairo', '2026-04-24', 23],
]

for (const [timezone, date, hours] of lengths) {
  test(`${date} has ${hours} hours in ${timezone}`, () => {
    const [day] = rangeOf({ from: date, to: date, timezone }, NOW).days
    assert.ok(day)
    const found = hoursOf(timezone, day)
    assert.equal(found.length, hours)
    assert.deepEqual([found[0]?.start, found.at(-1)?.end], [day.start, day.end])
    for (const [n, hour] of found.entries()) assert.equal(hour.start, n === 0 ? day.start : found[n - 1]?.end)
  })
}

test('half an hour of change makes one long hour', () => {
  const [day] = rangeOf({ from: '2026-04-05', to: '2026-04-05', timezone: 'Australia/Lord_Howe' }, NOW).days
  assert.ok(day)
  const minutes = hoursOf('Australia/Lord_Howe', day).map(hour => (hour.end - hour.start) / 60_000)
  assert.deepEqual([minutes.length, Math.max(...minutes)], [24, 90])
})

test('names of time zones', () => {
  assert.deepEqual(['UTC', 'Europe/Berlin', '+05:30', 'Mars/Olympus', ''].map(isTimezone), [
    true,
    true,
    false,
    false,
    false,
  ])
})

test('days up to today, by the calendar of the zone', () => {
  const utc = rangeOf({ days: 3 }, NOW)
  assert.deepEqual([utc.from, utc.to, utc.days.length], ['2026-11-23', '2026-11-25', 3])
  assert.equal(rangeOf({ timezone: 'Pacific/Kiritimati' }, NOW).to, '2026-11-26')
  assert.equal(rangeOf({ from: '2026-11-20' }, NOW).days.length, 6)
  assert.equal(rangeOf({ to: '2026-11-20', days: 2 }, NOW).from, '2026-11-19')
})

test('stretches as parts of days', () => {
  const span = { start: Date.parse('2026-10-31T18:15:00Z'), end: Date.parse('2026-11-01T18:15:00Z') }
  assert.deepEqual(partsOf([span]), [
    { span: 0, day: '2026-10-31', lo: 73, hi: 96 },
    { span: 0, day: '2026-11-01', lo: 0, hi: 73 },
  ])
})
