// What Meta would bill: every message is charged when it first arrives, at the price of its category and market, in the
// account's currency and by its calendar. The ledger is what the pricing analytics are answered from.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { digitsOf, type Message, type World } from '../world.ts'
import { placeOf } from './markets.ts'
import { type Step, stepOf } from './steps.ts'

/** Meta's time zone number 1, which every simulated account has. */
export const ACCOUNT_TIMEZONE = 'America/Los_Angeles'

/** Cost in ten-thousandths of the currency: prices have four places. */
export type Entry = {
  waba_id: string
  phone_number: string
  /** Seconds since 1970 at which its half hour began. */
  start: number
  country: string
  category: string
  type: string
  tier: string | null
  volume: number
  cost: number
}

const calendar = new Intl.DateTimeFormat('en-CA', { timeZone: ACCOUNT_TIMEZONE })

/** YYYY-MM-DD. */
export const billingDay = (at: number) => calendar.format(at)

export function billMessage(world: World, message: Message) {
  const { pricing } = message
  const number = world.numbers.get(message.phone_number_id)
  const waba = number && world.wabas.get(number.waba_id)
  if (!pricing || !waba) return
  const now = world.clock.now()
  const day = billingDay(now)
  const user = world.users.get(message.user)
  const { country, market } = placeOf(user?.wa_id ?? user?.user_id ?? '')
  const step = pricing.billable ? chargeOf(world, waba.business_id, pricing.category, market(day), day) : null
  const list = pricing.billable ? listPrice(waba.currency, market(day), pricing.category, day) : 0
  const start = Math.floor(now / 1_800_000) * 1800
  const phone_number = digitsOf(number.display_phone_number)
  const tier = step?.tier ?? null
  const type = pricing.type.toUpperCase()
  const category = pricing.category.toUpperCase().replaceAll('-', '_')
  const key = [waba.id, phone_number, start, country, category, type, tier].join('/')
  const entry = world.ledger.get(key) ?? {
    ...{ waba_id: waba.id, phone_number, start, country, category, type, tier },
    ...{ volume: 0, cost: 0 },
  }
  entry.volume += 1
  entry.cost += lessPercent(list, step?.percent ?? 0)
  world.ledger.set(key, entry)
}

/** Counts it for the volume of its portfolio, market and month. Marketing and service messages have no steps. */
function chargeOf(world: World, business: string, category: string, market: string, day: string): Step {
  const kind =
    category === 'utility' ? 'utility' : category.startsWith('authentication') ? 'authentication' : null
  if (kind === null) return { tier: '0:MAX', percent: 0 }
  const key = `${business}/${day.slice(0, 7)}/${market}/${kind}`
  const before = world.volumes.get(key) ?? 0
  world.volumes.set(key, before + 1)
  return stepOf(market, kind, before)
}

/** Rounded half up, as Meta's own lists of steps are. */
const lessPercent = (price: number, percent: number) => Math.floor((price * (100 - percent) + 50) / 100)

type Price = { market: string; currency: string; since: string; prices: Record<string, number> }

let card: Price[] | undefined

/** Service messages cost what utility does. What no list has costs nothing here. */
function listPrice(currency: string, market: string, category: string, day: string): number {
  card ??= readCard()
  const kind = category === 'service' ? 'utility' : category.replaceAll('-', '_')
  const known = card.filter(one => one.market === market && one.currency === currency && one.since <= day)
  const newest = known.sort((a, b) => (a.since < b.since ? 1 : -1))[0]
  return newest?.prices[kind] ?? 0
}

function readCard(): Price[] {
  const text = readFileSync(join(import.meta.dirname, 'rates.csv'), 'utf8')
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map(line => {
      const [market = '', currency = '', marketing, utility, authentication, international, since = ''] =
        line.split(',')
      const prices = { marketing, utility, authentication, authentication_international: international }
      const amounts = Object.entries(prices).map(([kind, text]) => [kind, Math.round(Number(text) * 10_000)])
      return { market, currency, since, prices: Object.fromEntries(amounts) }
    })
}
