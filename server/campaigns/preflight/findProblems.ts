// Who of the recipients would fail for what they bring: a variable without a value, or a value that Meta would refuse. Most
// are told to be fine by a statement; the others are rendered exactly as they would be sent.

import type { Transaction } from '../../db/pool.ts'
import { streamedBytes } from '../../kit/relief.ts'
import type { TemplateRow } from '../../templates/schema.ts'
import { findKey } from '../fill.ts'
import { addressOf } from '../recipients/present.ts'
import { renderRecipient, variablesWanted } from '../render.ts'
import type { CampaignRow } from '../schema.ts'
import { type Doubtful, nextDoubtful, type Plain, sampleVariables } from './queries.ts'
import type { Problem } from './schema.ts'

export type Problematic = {
  recipients: number
  by_country: Map<string | null, number>
  /** Recipients by variable that is missing. */
  missing: Map<string, number>
  invalid: number
  /** The first of them. */
  listed: Problem[]
}

/** Rendered in one go: about 15 ms, so that sends in between do not wait. */
const STRETCH = 1_000
/** About what a rendering leaves behind for the collector. */
const RENDERED_BYTES = 4_096
const MAX_LISTED = 100
const SAMPLE = 200

export async function findProblems(
  tx: Transaction,
  campaign: CampaignRow,
  template: TemplateRow,
): Promise<Problematic> {
  const found: Problematic = {
    ...{ recipients: 0, by_country: new Map(), missing: new Map(), invalid: 0, listed: [] },
  }
  const plain = await plainVariables(tx, campaign, template)
  const most = longestText(campaign, template, plain)
  for (let after = 0; ; ) {
    const rows = await nextDoubtful(tx, campaign.id, after, STRETCH, plain, most)
    for (const row of rows) judge(found, campaign, template, row)
    streamedBytes(rows.length * RENDERED_BYTES)
    if (rows.length < STRETCH) return found
    after = rows.at(-1)?.ord ?? after
  }
}

function judge(found: Problematic, campaign: CampaignRow, template: TemplateRow, row: Doubtful): void {
  const rendered = renderRecipient(template, campaign, row)
  if (rendered.ok) return
  found.recipients++
  add(found.by_country, row.country)
  const missing = new Set(rendered.issues.flatMap(issue => issue.missing ?? []))
  for (const name of missing) add(found.missing, name)
  if (missing.size === 0) found.invalid++
  const [first] = rendered.issues
  if (found.listed.length < MAX_LISTED && first) {
    const where = first.missing === undefined ? `${first.param}: ` : ''
    found.listed.push({ number: row.ord, to: addressOf(row), message: where + first.message })
  }
}

/** Under which keys the variables stand, told by the first recipients: names are matched loosely. */
async function plainVariables(
  tx: Transaction,
  campaign: CampaignRow,
  template: TemplateRow,
): Promise<Plain[]> {
  const wanted = variablesWanted(template, campaign)
  const sample = wanted.length === 0 ? [] : await sampleVariables(tx, campaign.id, SAMPLE)
  return wanted.map(({ name, required }) => {
    const keys = sample.map(variables => findKey(variables, name))
    const key = keys.find(one => one === name) ?? keys.find(one => one !== undefined) ?? name
    return { name, key, required }
  })
}

/** Letters with accents, digits, spaces and signs: what is no plain text (a code, a link, an id) does not take it. */
const ANYTHING = 'Aé1 .,:-/ß'
const LENGTHS = [250, 120, 60, 30, 15]

/**
 * The longest text that every variable may have at once, whatever it says. Found by trying, so that the rules stand in one
 * place. Null: some variable is no plain text, so that every value has to be looked at.
 */
function longestText(campaign: CampaignRow, template: TemplateRow, plain: Plain[]): number | null {
  const fits = (length: number) => {
    const text = ANYTHING.repeat(length).slice(0, length)
    const variables = Object.fromEntries(plain.map(({ name }) => [name, text]))
    return renderRecipient(template, campaign, { variables, components: null }).ok
  }
  return LENGTHS.find(fits) ?? null
}

function add<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
