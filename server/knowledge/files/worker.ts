// The thread that reads one file: what it is, its text, and the passages of that. reader.ts watches over it.

import { readFile } from 'node:fs/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { cleanText } from '../cleanText.ts'
import { type IndexedPassage, passagesOf } from '../passages.ts'
import { type Claim, identify } from './identify.ts'
import { KINDS, type Kind, MAX_CHARACTERS, type Reason, Unreadable } from './kinds.ts'
import { decode } from './readText.ts'

export type Task = Claim & { path: string }

export type Outcome =
  | { ok: true; mime_type: string; text: string; passages: IndexedPassage[] }
  | { ok: false; reason: Reason; message: string }

/** Each kind's libraries are loaded where they are needed only. */
const READERS: Record<Kind, (bytes: Buffer) => Promise<string>> = {
  pdf: async bytes => (await import('./readPdf.ts')).readPdf(bytes),
  docx: async bytes => (await import('./readDocx.ts')).readDocx(bytes),
  html: async bytes => (await import('./readHtml.ts')).readHtml(bytes),
  markdown: async bytes => decode(bytes),
  text: async bytes => decode(bytes),
}

async function read(task: Task): Promise<Outcome> {
  const bytes = await readFile(task.path)
  const kind = await identify(bytes, task)
  const text = cleanText(await READERS[kind](bytes))
  if (!/[\p{L}\p{N}]/u.test(text)) throw new Unreadable('empty', 'The file holds no text.')
  if (text.length > MAX_CHARACTERS) {
    const most = MAX_CHARACTERS.toLocaleString('en-US')
    throw new Unreadable('too_long', `The text of the file is longer than ${most} characters; split it.`)
  }
  return { ok: true, mime_type: KINDS[kind].mime_type, text, passages: passagesOf(text) }
}

read(workerData as Task)
  .catch((error: unknown): Outcome => {
    if (!(error instanceof Unreadable)) throw error
    return { ok: false, reason: error.reason, message: error.message }
  })
  .then(outcome => parentPort?.postMessage(outcome))
