// The text of a Word document, by way of HTML, which keeps headings, lists and tables apart.

import mammoth from 'mammoth'
import { checkZip } from './checkZip.ts'
import { Unreadable } from './kinds.ts'
import { textOfHtml } from './readHtml.ts'

export async function readDocx(bytes: Buffer): Promise<string> {
  await checkZip(bytes)
  return textOfHtml(await htmlOf(bytes))
}

async function htmlOf(buffer: Buffer): Promise<string> {
  const convertImage = mammoth.images.imgElement(async () => ({ src: '' }))
  try {
    return (await mammoth.convertToHtml({ buffer }, { convertImage })).value
  } catch {
    throw new Unreadable(
      'broken',
      'The document is broken and cannot be read; open it in Word and save it again.',
    )
  }
}
