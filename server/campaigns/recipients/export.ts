// All recipients as CSV, streamed: what became of each, in words, and the variables that it brought. What it writes can be
// uploaded again.

import { Readable } from 'node:stream'
import type { Reply } from '../../http/route.ts'
import { requireCampaign } from '../find.ts'
import type { Campaigns } from '../room.ts'
import { nextRecipients, type RecipientView } from './listQueries.ts'
import { addressOf, outcomeOf } from './present.ts'
import type { RecipientStatus } from './schema.ts'
import { columnsOf } from './storeQueries.ts'

const STRETCH = 2_000

const FIXED: [name: string, value: (row: RecipientView) => unknown][] = [
  ['to', addressOf],
  ['status', row => row.status],
  ['outcome', outcomeOf],
  ['error_code', row => (row.error as { code?: unknown } | null)?.code ?? row.reason?.code],
  ['country', row => row.country],
  ['attempts', row => row.attempts],
  ['message_id', row => row.message_id],
  ['wamid', row => row.wamid],
  ['sent_at', row => row.accepted_at],
  ['delivered_at', row => row.delivered_at],
  ['read_at', row => row.read_at],
  ['replied_at', row => row.replied_at],
  ['failed_at', row => row.failed_at],
]

export async function exportRecipients(
  campaigns: Campaigns,
  tenant_id: string,
  id: string,
  filter: { status?: RecipientStatus },
): Promise<Reply> {
  const campaign = await requireCampaign(campaigns, tenant_id, id)
  const variables = await columnsOf(campaigns.db, id)
  const name = campaign.name.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 60) || 'campaign'
  return {
    status: 200,
    content_type: 'text/csv; charset=utf-8',
    headers: { 'content-disposition': `attachment; filename="${name}.csv"` },
    body: Readable.from(lines(campaigns, id, variables, filter.status), { objectMode: false }),
  }
}

/** Spreadsheets take a file for UTF-8 only if it begins with this mark. */
const MARK = '\ufeff'

async function* lines(
  campaigns: Campaigns,
  id: string,
  variables: string[],
  status: RecipientStatus | undefined,
): AsyncGenerator<string> {
  yield `${MARK}${line([...FIXED.map(([name]) => name), ...variables.map(headerOf)])}`
  for (let after = 0; ; ) {
    const rows = await nextRecipients(campaigns.db, id, after, STRETCH)
    const wanted = status === undefined ? rows : rows.filter(row => row.status === status)
    if (wanted.length > 0) yield wanted.map(row => line(cellsOf(row, variables))).join('')
    if (rows.length < STRETCH) return
    after = rows.at(-1)?.ord ?? after
  }
}

/** A variable that is called like a column of ours is told apart. */
function headerOf(name: string): string {
  return FIXED.some(([fixed]) => fixed === name.toLowerCase()) ? `${name}_` : name
}

function cellsOf(row: RecipientView, variables: string[]): unknown[] {
  return [
    ...FIXED.map(([, value]) => value(row)),
    ...variables.map(name => protect(textOf(row.variables?.[name]))),
  ]
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** A spreadsheet would compute what begins like a formula: an apostrophe says that it is text. An upload takes it off. */
function protect(text: string): string {
  return /^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text
}

function line(cells: unknown[]): string {
  return `${cells.map(cell).join(',')}\r\n`
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return ''
  const text = value instanceof Date ? value.toISOString() : String(value)
  return /[",;\t|\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
