// The text of a PDF. Nothing in it says what is a paragraph or a heading: that is told from where its lines stand and how
// large they are written (layOut.ts).

import { extractTextItems, getDocumentProxy } from 'unpdf'
import { MAX_CHARACTERS, Unreadable } from './kinds.ts'
import { type Line, layOut } from './layOut.ts'

const MAX_PAGES = 3_000

type Items = Awaited<ReturnType<typeof extractTextItems>>['items'][number]

export async function readPdf(bytes: Buffer): Promise<string> {
  const pdf = await open(bytes)
  if (pdf.numPages > MAX_PAGES) {
    throw new Unreadable(
      'too_long',
      `The PDF has ${pdf.numPages} pages; at most ${MAX_PAGES} are taken. Split it.`,
    )
  }
  const pages = await itemsOf(pdf)
  const text = layOut(pages.map(linesOf))
  if (!/[\p{L}\p{N}]/u.test(text)) {
    throw new Unreadable(
      'empty',
      'The PDF holds no text, only pictures; send it through text recognition (OCR) first.',
    )
  }
  return text
}

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>

async function open(bytes: Buffer): Promise<Pdf> {
  try {
    return await getDocumentProxy(new Uint8Array(bytes), {
      verbosity: 0,
      enableXfa: false,
      stopAtErrors: false,
    })
  } catch (error) {
    if ((error as Error).name === 'PasswordException') {
      throw new Unreadable('password', 'The PDF is protected by a password; save it without one.')
    }
    throw broken()
  }
}

async function itemsOf(pdf: Pdf): Promise<Items[]> {
  try {
    const { items } = await extractTextItems(pdf)
    return items
  } catch {
    throw broken()
  }
}

function linesOf(items: Items): Line[] {
  const lines: Line[] = []
  let text = ''
  let size = 0
  let y: number | undefined
  for (const item of items) {
    if (item.str.trim() !== '') {
      y ??= item.y
      size = Math.max(size, item.fontSize)
    }
    text += item.str
    if (text.length > MAX_CHARACTERS) break
    if (!item.hasEOL) continue
    if (y !== undefined) lines.push({ text: text.replace(/\s+/g, ' ').trim(), y, size })
    ;[text, size, y] = ['', 0, undefined]
  }
  if (y !== undefined) lines.push({ text: text.replace(/\s+/g, ' ').trim(), y, size })
  return lines
}

function broken(): Unreadable {
  return new Unreadable('broken', 'The PDF is broken and cannot be read; open it and save it again.')
}
