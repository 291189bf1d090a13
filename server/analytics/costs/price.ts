// Counts of delivered messages become money: category and charge as Meta told them, the rule of the day, the market of the
// country, the card of the currency, and where volume counts the step of the month.

import { type Amount, shareOf } from '../rates/amounts.ts'
import { type Card, cardOf, type Tier, tiersOf } from '../rates/book.ts'
import { marketOf } from '../rates/countries.ts'
import { FIRST_DAY, ruleOf } from '../rates/rules.ts'
import type { Rule } from '../rates/tables.ts'
import type { Payer } from './accounts.ts'
import type { Piece } from './pieces.ts'
import { type Place, priceBetween } from './tiers.ts'

/** What a label of the roll-ups says: category:charge:country. */
export type MessageKind = { label: string; category: string; charge: string; country: string }

/** Delivered messages of one kind in one piece of time. */
export type Counted = { payer: Payer; piece: Piece; kind: MessageKind; n: number }

/** What these cost, with all that they are added up by. */
export type Priced = {
  category: string
  country: string
  market: string | undefined
  day: string | undefined
  n: number
  billable: number
  free: number
  unpriced: number
  cost: Amount
}

/** Ninety days have few kinds and many counts of them: each label is read once. */
export function openKinds(): (label: string) => MessageKind {
  const known = new Map<string, MessageKind>()
  return label => {
    const found = known.get(label)
    if (found) return found
    const [category = '', charge = '', country = ''] = label.split(':')
    const kind = { label, category, charge, country }
    known.set(label, kind)
    return kind
  }
}

/** How many of these cost nothing because of a number's monthly allowance. */
export type FreeService = (counted: Counted) => number

export type Basis = {
  cards: readonly Card[]
  /** All messages of the portfolios, those of the month before the range too: they decide which step a message is on. */
  whole: readonly Counted[]
  /** Whether `wanted` leaves some of an account's out; then each bears its share of what its piece of time cost. */
  is_part: boolean
  freeService: FreeService
}

/** What these cost. */
export function priceAll(basis: Basis, wanted: readonly Counted[]): Priced[] {
  const tariff = tariffs(basis.cards)
  const places = placesOf(basis.whole, tariff)
  const taken = new Map<string, number>()
  return inOrder(wanted).map(counted => {
    const { n, kind, piece } = counted
    const { rule, tiers, market } = tariff(counted)
    const tell = (free: number, unpriced: number, cost: Amount): Priced => {
      const { category, country } = kind
      return { category, country, market, day: piece.day, n, billable: n - free, free, unpriced, cost }
    }
    if (kind.charge.startsWith('free')) return tell(n, 0, 0n)
    if (kind.charge === 'untold' && rule?.billable === false) return tell(n, 0, 0n)
    const free = rule?.free_per_number_and_month ? basis.freeService(counted) : 0
    if (!tiers || market === undefined) return tell(free, n - free, 0n)
    const key = rule?.tier_count === undefined ? undefined : placeKey(counted, rule, market)
    const place = key === undefined ? undefined : places.get(key)
    if (!place || key === undefined) return tell(free, 0, priceBetween(tiers.slice(0, 1), 0, n - free))
    const before = taken.get(key) ?? 0
    taken.set(key, before + n)
    const all = () => priceBetween(tiers, place.before, place.count)
    return tell(
      0,
      0,
      basis.is_part ? shareOf(all(), n, place.count) : priceBetween(tiers, place.before + before, n),
    )
  })
}

type Tariff = {
  rule: Rule | undefined
  market: string | undefined
  /** Undefined: there is no known price. */
  tiers: Tier[] | undefined
}

/** Looked up once for each kind of message and day. */
function tariffs(cards: readonly Card[]): (counted: Counted) => Tariff {
  const known = new Map<MessageKind, Map<string, Tariff>>()
  return counted => {
    const { payer, piece, kind } = counted
    const days = known.get(kind) ?? new Map<string, Tariff>()
    known.set(kind, days)
    const key = `${piece.billing_day}${payer.currency}`
    const found = days.get(key) ?? tariffOf(cards, counted)
    days.set(key, found)
    return found
  }
}

function tariffOf(cards: readonly Card[], { payer, piece, kind }: Counted): Tariff {
  const { category, charge, country } = kind
  const day = piece.billing_day
  const rule = ruleOf(category, day)
  const market = marketOf(country, day)
  const can = charge !== 'conversation' && day >= FIRST_DAY && rule?.billable === true && market !== undefined
  const card = can ? cardOf(cards, payer.currency, day) : undefined
  return { rule, market, tiers: can ? tiersOf(card, market, rule.price_of) : undefined }
}

function placeKey({ payer, piece }: Counted, rule: Rule | undefined, market: string): string {
  return `${payer.account_id} ${piece.start} ${market} ${rule?.tier_count}`
}

/** Where those of each piece, market and category stand in the count of their portfolio's month. */
function placesOf(whole: readonly Counted[], tariff: (counted: Counted) => Tariff): Map<string, Place> {
  const counts = new Map<string, number>()
  const places = new Map<string, Place>()
  for (const counted of inOrder(whole)) {
    const { kind, payer, piece, n } = counted
    if (kind.charge !== 'regular' && kind.charge !== 'untold') continue
    const { rule, market } = tariff(counted)
    if (!rule?.tier_count || market === undefined) continue
    const month = `${payer.portfolio} ${piece.month} ${market} ${rule.tier_count}`
    const before = counts.get(month) ?? 0
    counts.set(month, before + n)
    const key = placeKey(counted, rule, market)
    const place = places.get(key) ?? { before, count: 0 }
    places.set(key, { before: place.before, count: place.count + n })
  }
  return places
}

/** By time; what shares a place in the count of a month stands together. Compared by numbers: there may be many. */
function inOrder(all: readonly Counted[]): Counted[] {
  const labels = ranks(all.map(({ kind }) => kind.label))
  const accounts = ranks(all.map(({ payer }) => payer.account_id))
  const rank = ({ payer, kind }: Counted) =>
    (accounts.get(payer.account_id) ?? 0) * labels.size + (labels.get(kind.label) ?? 0)
  return all
    .map(counted => ({ counted, start: counted.piece.start, rank: rank(counted) }))
    .sort((a, b) => a.start - b.start || a.rank - b.rank)
    .map(({ counted }) => counted)
}

function ranks(texts: string[]): Map<string, number> {
  return new Map([...new Set(texts)].sort().map((text, n) => [text, n]))
}
