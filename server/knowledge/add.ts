// Takes knowledge in: a text as JSON, or a file as a form. A file is read before anything is stored, and not kept: what
// stays is its text.

import { extname } from 'node:path'
import type { Readable } from 'node:stream'
import { fail } from '../kit/errors.ts'
import { newId } from '../kit/ids.ts'
import { readForm } from '../media/form.ts'
import { cleanFilename } from '../media/schema.ts'
import { type Spooled, spool } from '../media/spool.ts'
import { cleanText } from './cleanText.ts'
import { MAX_FILE_BYTES } from './files/kinds.ts'
import { presentDocument, requireBot, requireDocument } from './find.ts'
import { passagesOf } from './passages.ts'
import { readTextBody } from './readTextBody.ts'
import { failInvalid, readable } from './refuse.ts'
import type { Knowledge } from './room.ts'
import { type Document, MAX_TITLE } from './schema.ts'
import { type Draft, storeDocument } from './store.ts'

export type Addition = {
  tenant_id: string
  stream: Readable
  headers: Readonly<Record<string, string | string[] | undefined>>
  /** Of the Idempotency-Key, where there is one: then the document gets this id, and a repeat makes no second one. */
  idempotency_id: string | undefined
}

type Part = Pick<Draft, 'kind' | 'title' | 'content' | 'filename' | 'mime_type' | 'size' | 'sha256'> & {
  passages: ReturnType<typeof passagesOf>
}

/** What a form may have around its file. */
const FORM_BYTES = 65_536

export async function addDocument(knowledge: Knowledge, bot_id: string, call: Addition): Promise<Document> {
  const { tenant_id } = call
  await requireBot(knowledge, knowledge.db, tenant_id, bot_id)
  const isForm = /^\s*multipart\/form-data\b/i.test(String(call.headers['content-type'] ?? ''))
  const { passages, ...part } = isForm ? await takeFile(knowledge, call) : await takeText(call)
  const now = knowledge.clock.now()
  const id = call.idempotency_id ?? newId(now.getTime())
  const draft: Draft = { id, tenant_id, bot_id, ...part, created_at: now, updated_at: now }
  return knowledge.db.transaction(async tx => {
    const { language } = await requireBot(knowledge, tx, tenant_id, bot_id)
    await storeDocument(tx, draft, passages, language)
    return presentDocument(await requireDocument(tx, tenant_id, bot_id, id))
  })
}

async function takeText(call: Addition): Promise<Part> {
  const { title, content } = readable(await readTextBody(call.stream, call.headers))
  return {
    ...{ kind: 'text', title, content, passages: passagesOf(content) },
    ...{ filename: null, mime_type: null, size: null, sha256: null },
  }
}

async function takeFile(knowledge: Knowledge, call: Addition): Promise<Part> {
  if (Number(call.headers['content-length'] ?? 0) > MAX_FILE_BYTES + FORM_BYTES) tooLarge()
  const { kept, fields, part } = await readForm(call.stream, {
    headers: call.headers,
    fields: ['title'],
    limit_bytes: MAX_FILE_BYTES + FORM_BYTES,
    refuse: tooLarge,
    keep: async bytes =>
      spool(bytes, { path: await knowledge.newTempPath(), limit_bytes: MAX_FILE_BYTES, refuse: tooLarge }),
    discard: file => file.discard(),
  })
  // Browsers write a quotation mark in a file's name so.
  const filename = cleanFilename(part.filename?.replaceAll('%22', '"'))
  try {
    return await readFile(knowledge, kept, { filename, declared: part.declared, title: fields.title })
  } finally {
    await kept.discard()
  }
}

async function readFile(
  knowledge: Knowledge,
  file: Spooled,
  { filename, declared, title }: Record<'filename' | 'declared' | 'title', string | undefined>,
): Promise<Part> {
  const name = cleanText(title ?? '') || titleOf(filename)
  if (name.length > MAX_TITLE) {
    failInvalid([{ param: 'title', message: `\`title\` is longer than ${MAX_TITLE} characters.` }])
  }
  const { mime_type, text, passages } = await knowledge.extract({ path: file.path, filename, declared })
  return {
    ...{ kind: 'file', title: name, content: text, passages, filename: filename ?? null },
    ...{ mime_type, size: file.size, sha256: file.sha256 },
  }
}

function titleOf(filename = 'A file'): string {
  const name = filename
    .slice(0, filename.length - extname(filename).length)
    .replaceAll('_', ' ')
    .trim()
  return (name || filename).slice(0, MAX_TITLE).toWellFormed()
}

function tooLarge(): never {
  const message = 'The file is larger than 20 MB, the most that is taken; split it.'
  return fail('payload_too_large', { param: 'file', message, details: { limit_bytes: MAX_FILE_BYTES } })
}
