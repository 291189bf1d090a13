// What a file is: by its bytes first, then by its name and what it was declared as. One that is not what it claims to be is
// refused.

import { extname } from 'node:path'
import { fileTypeFromBuffer } from 'file-type'
import { KINDS, type Kind, Unreadable } from './kinds.ts'

export type Claim = { filename: string | undefined; declared: string | undefined }

const EXTENSIONS: Record<string, Kind> = {
  ...{ '.pdf': 'pdf', '.docx': 'docx', '.html': 'html', '.htm': 'html', '.xhtml': 'html' },
  ...{ '.md': 'markdown', '.markdown': 'markdown', '.txt': 'text', '.text': 'text' },
} as const

const TYPES: Record<string, Kind> = {
  ...Object.fromEntries(Object.entries(KINDS).map(([kind, { mime_type }]) => [mime_type, kind as Kind])),
  ...{ 'application/x-pdf': 'pdf', 'application/xhtml+xml': 'html', 'text/x-markdown': 'markdown' },
}

const TAKEN = 'PDF, DOCX, HTML, Markdown and plain text are taken'

/** What file-type says of formats whose bytes may as well be honest text. */
const MAY_BE_TEXT = /^(text\/|application\/(xml|json|rtf|x-sh)|image\/svg)/

export async function identify(bytes: Buffer, claim: Claim): Promise<Kind> {
  const claimed = claimOf(claim)
  const sniffed = await sniff(bytes)
  const found = sniffed === undefined ? undefined : TYPES[sniffed]
  if (found === 'pdf' || found === 'docx') return agree(found, claimed)
  if (!isText(bytes) || (sniffed !== undefined && !MAY_BE_TEXT.test(sniffed))) {
    const what = sniffed === undefined ? 'of a format that cannot be told' : `of type ${sniffed}`
    if (claimed) throw lying(`is said to be ${KINDS[claimed].name}, but its bytes are ${what}`)
    throw new Unreadable('unsupported', `The file is ${what}; ${TAKEN}.`)
  }
  if (claimed === 'pdf' || claimed === 'docx') {
    throw lying(`is said to be ${KINDS[claimed].name}, but its bytes are plain text`)
  }
  return claimed && claimed !== 'text' ? claimed : (guess(bytes, claimed) ?? 'text')
}

async function sniff(bytes: Buffer): Promise<string | undefined> {
  // Some programs write a line or two before the header; readers of PDF look for it in the first kilobyte.
  if (bytes.subarray(0, 1024).includes('%PDF-')) return KINDS.pdf.mime_type
  try {
    const found = await fileTypeFromBuffer(bytes)
    return found?.mime.replace(/;.*$/, '').trim()
  } catch {
    // Bytes that cannot be followed to an end are of no type that can be told.
    return undefined
  }
}

/** The name counts more than the type: programs declare what they like. */
function claimOf({ filename, declared }: Claim): Kind | undefined {
  const byName = EXTENSIONS[extname(filename ?? '').toLowerCase()]
  return byName ?? TYPES[(declared ?? '').replace(/;.*$/, '').trim().toLowerCase()]
}

function agree(found: Kind, claimed: Kind | undefined): Kind {
  if (claimed === undefined || claimed === found) return found
  throw lying(`is said to be ${KINDS[claimed].name}, but its bytes are ${KINDS[found].name}`)
}

function lying(how: string): Unreadable {
  return new Unreadable('lying', `The file ${how}; send the file that was meant. ${TAKEN}.`)
}

function guess(bytes: Buffer, claimed: Kind | undefined): Kind | undefined {
  if (claimed === 'text') return 'text'
  const start = bytes.subarray(0, 1024).toString('latin1').trimStart().toLowerCase()
  return /^(<!doctype html|<html|<\?xml[^>]*>\s*<(!doctype )?html)/.test(start) ? 'html' : undefined
}

/** Tab, line feed, vertical tab, form feed, carriage return, escape. */
const TEXT_CONTROLS = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1b])

function isText(bytes: Buffer): boolean {
  const [first = 0, second = 0] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true
  return bytes.every(byte => byte >= 0x20 || TEXT_CONTROLS.has(byte))
}
