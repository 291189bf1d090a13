// Reads a rate card from CSV: one price a row, or one row a market with a column for each category.

import { CsvError, parse } from 'csv-parse/sync'
import { fail, type Issue } from '../../kit/errors.ts'
import { parseAmount, showAmount } from './amounts.ts'
import type { PriceRow } from './queries.ts'
import { markets, rules } from './tables.ts'

export const CARD_HEAD = [
  'market',
  'category',
  'price',
  'currency',
  'effective_from',
  'from_message',
] as const

export const EXAMPLE =
  'market,category,price,currency,effective_from\nGermany,marketing,0.1200,EUR,2026-12-01\nGermany,utility,0.0500,EUR,2026-12-01\n'

export type ParsedCard = { currency: string; effective_from: string; prices: PriceRow[] }

const MOST_ISSUES = 100

/** Fails with `invalid_parameter`, naming every line that is wrong (the first hundred). */
export function parseCard(csv: string): ParsedCard {
  const rows = readRows(csv)
  const issues: Issue[] = []
  const complain = (line: number, message: string) => issues.push({ param: `line ${line}`, message })
  const head = Object.keys(rows[0]?.record ?? {})
  const isLong = head.includes('category')
  const needed = ['market', 'currency', 'effective_from', ...(isLong ? ['price'] : [])]
  const missing = needed.filter(name => !head.includes(name))
  if (rows.length === 0) complain(1, 'The card has no rows; give a header row and at least one price.')
  else if (missing.length > 0) complain(1, `The header lacks ${missing.join(', ')}.`)
  else if (!isLong && !CATEGORIES().some(category => head.includes(category))) {
    complain(1, `The header names no category; it may have ${CATEGORIES().join(', ')}.`)
  }
  refuse(issues)
  const prices = rows.flatMap(({ line, record }) => pricesOf(line, record, isLong, complain))
  const { currency = '', effective_from = '' } = rows[0]?.record ?? {}
  if (!/^[A-Z]{3}$/.test(currency)) complain(2, '`currency` must be three letters like USD.')
  if (!isDate(effective_from)) complain(2, '`effective_from` must be a date like 2026-12-01.')
  for (const { line, record } of rows) {
    if (record.currency !== currency || record.effective_from !== effective_from) {
      complain(line, 'All rows of a card are of one currency and date; put another card for others.')
    }
  }
  findTwice(prices, complain)
  refuse(issues)
  return { currency, effective_from, prices: prices.map(({ line: _, ...price }) => price) }
}

type Complain = (line: number, message: string) => void
type Row = { line: number; record: Record<string, string | undefined> }

const CATEGORIES = () => [...new Set(rules().map(rule => rule.category))]
const MARKETS = () => new Set([...markets().map(entry => entry.market), 'Other'])

function readRows(csv: string): Row[] {
  try {
    const options = { columns: true, skip_empty_lines: true, trim: true, bom: true, info: true } as const
    const found = parse(csv, options) as unknown as { info: { lines: number }; record: Row['record'] }[]
    return found.map(({ info, record }) => ({ line: info.lines, record }))
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    const message = `This is no CSV: ${error.message}.`
    return fail('invalid_parameter', {
      message,
      param: 'body',
      details: { issues: [{ param: 'body', message }] },
    })
  }
}

function pricesOf(
  line: number,
  record: Row['record'],
  isLong: boolean,
  complain: Complain,
): (PriceRow & { line: number })[] {
  const market = record.market ?? ''
  if (!MARKETS().has(market))
    complain(line, `${JSON.stringify(market)} is none of Meta's markets; see GET /whatsapp/rate-cards/:id.`)
  const from_message = Number(record.from_message || 1)
  if (!Number.isSafeInteger(from_message) || from_message < 1)
    complain(line, '`from_message` must be a whole number from 1.')
  const known = CATEGORIES()
  const cells = isLong ? [[record.category ?? '', record.price]] : known.map(name => [name, record[name]])
  return cells.flatMap(([category = '', text]) => {
    if (!text && !isLong) return []
    if (!known.includes(category))
      complain(line, `${JSON.stringify(category)} is no category; there are ${known.join(', ')}.`)
    const price = parseAmount(text ?? '')
    if (price === undefined)
      complain(line, `The price ${JSON.stringify(text ?? '')} is no decimal number like 0.0550.`)
    return [{ line, market, category, from_message, price: showAmount(price ?? 0n) }]
  })
}

/** Each price once, and the volume steps of a category from the first message on. */
function findTwice(prices: (PriceRow & { line: number })[], complain: Complain): void {
  const seen = new Set<string>()
  const first = new Set(
    prices.filter(one => one.from_message === 1).map(one => `${one.market} ${one.category}`),
  )
  for (const { line, market, category, from_message } of prices) {
    const key = `${market} ${category} ${from_message}`
    if (seen.has(key)) complain(line, `${market} has two prices for ${category}.`)
    else if (!first.has(`${market} ${category}`)) {
      complain(line, `${market} has no price for ${category} from the first message on.`)
    }
    seen.add(key)
  }
}

function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))
}

function refuse(issues: Issue[]): void {
  const [first] = issues
  if (!first) return
  const more = issues.length > 1 ? ` (And ${issues.length - 1} more in details.issues.)` : ''
  const { param, message } = first
  fail('invalid_parameter', {
    ...{ param, message: `${param}: ${message}${more}` },
    details: { issues: issues.slice(0, MOST_ISSUES) },
  })
}
