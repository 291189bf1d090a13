// `carom rollups verify | rebuild`: counts the messages of a range anew and prints where the roll-ups differ, or mends them.
// Beside a running gateway or without one.

import { type Difference, rebuildRollups, verifyRollups } from '../server/analytics/verify.ts'
import { readConfig } from '../server/config.ts'
import type { Database } from '../server/db/pool.ts'
import { type Command, type Given, needWord, UsageError } from './command.ts'
import { withDatabase } from './database.ts'
import { printJson, say, tone } from './print.ts'

export const command: Command = {
  about:
    'Holds what analytics answer from against the messages themselves ("verify": changes nothing, and ends with 1 where\nsomething differs), or counts it anew ("rebuild"). Reads every message of the range; traffic goes on meanwhile.',
  usage: ['verify', 'rebuild'],
  options: {
    from: { type: 'string', value: 'DATE', about: 'The first day, of UTC (89 days before the last).' },
    to: { type: 'string', value: 'DATE', about: 'The last day (today).' },
    tenant: { type: 'string', value: 'ID', about: 'One tenant alone.' },
  },
  examples: ['carom rollups verify', 'carom rollups rebuild --from 2026-11-01 --to 2026-11-07'],
  async run(given) {
    const days = daysOf(given)
    const verb = needWord(given, 0, 'verify or rebuild')
    if (verb !== 'verify' && verb !== 'rebuild')
      throw new UsageError(`There is no "${verb}": say verify or rebuild.`)
    await withDatabase(readConfig(process.env), db =>
      verb === 'verify' ? verify(db, days, given) : rebuild(db, days, given),
    )
  },
}

type Days = Parameters<typeof verifyRollups>[1]

const DAY_MS = 86_400_000

function daysOf(given: Given): Days {
  const last = dayOf(given, 'to') ?? Date.parse(new Date().toISOString().slice(0, 10))
  const first = dayOf(given, 'from') ?? last - 89 * DAY_MS
  if (first > last) throw new UsageError('--to lies before --from.')
  const [from, until] = [first, last + DAY_MS].map(at => new Date(at).toISOString().slice(0, 10))
  const tenant_id = given.text('tenant')
  return { from: from ?? '', until: until ?? '', ...(tenant_id === undefined ? {} : { tenant_id }) }
}

function dayOf(given: Given, name: string): number | undefined {
  const text = given.text(name)
  if (text === undefined) return undefined
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) throw new UsageError(`--${name} must be a date like 2026-11-01.`)
  return at
}

async function verify(db: Database, days: Days, given: Given): Promise<void> {
  const { differences, wrong_replies } = await verifyRollups(db, days)
  const fine = differences.length === 0 && wrong_replies === 0
  if (!fine) process.exitCode = 1
  if (given.flag('json')) return printJson({ differences, wrong_replies })
  for (const difference of differences) say(sentence(difference))
  if (wrong_replies > 0) say(`${wrong_replies} messages are counted as answered, or not, wrongly.`)
  if (fine) say(`${tone('No difference', 'good')}  ${days.from} to before ${days.until}`)
}

function sentence({ day, slice, kind, label, counted, rolled_up, ...of }: Difference): string {
  const names = [of.phone_number_id, of.campaign_id, of.template, of.language].filter(Boolean)
  const what = [slice, ...names].join(' ')
  return `${day} ${what} ${kind} ${label}: ${counted} counted, ${rolled_up} rolled up (tenant ${of.tenant_id})`
}

async function rebuild(db: Database, days: Days, given: Given): Promise<void> {
  const { wrong_replies } = await rebuildRollups(db, days)
  if (given.flag('json')) return printJson({ wrong_replies })
  const replies =
    wrong_replies > 0 ? `; ${wrong_replies} messages were answered otherwise than they said` : ''
  say(`${tone('Counted anew', 'good')}  ${days.from} to before ${days.until}${replies}`)
}
