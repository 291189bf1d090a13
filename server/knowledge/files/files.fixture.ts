// For tests of knowledge: small files of each kind that is read, and some that should not be.

import { crc32, deflateRawSync, inflateSync } from 'node:zlib'

type Line = { text: string; size?: number; gap?: number }

/** Pages of lines in Helvetica, 12 points unless said otherwise. */
export function makePdf(pages: Line[][]): Buffer {
  const objects: string[] = []
  const kids = pages.map((_, at) => `${4 + at * 2} 0 R`).join(' ')
  objects.push('<< /Type /Catalog /Pages 2 0 R >>')
  objects.push(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`)
  objects.push('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>')
  for (const [at, lines] of pages.entries()) {
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${5 + at * 2} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
    )
    let y = 800
    const drawn = lines.map(({ text, size = 12, gap }) => {
      y -= gap ?? size * 1.2
      return `BT /F1 ${size} Tf 50 ${y} Td (${text.replace(/[\\()]/g, '\\$&')}) Tj ET`
    })
    const stream = drawn.join('\n')
    objects.push(`<< /Length ${Buffer.byteLength(stream, 'latin1')} >>\nstream\n${stream}\nendstream`)
  }
  return printed(objects)
}

function printed(objects: string[]): Buffer {
  let text = '%PDF-1.4\n%\xe2\xe3\xcf\xd3\n'
  const offsets = objects.map((object, at) => {
    const offset = text.length
    text += `${at + 1} 0 obj\n${object}\nendobj\n`
    return `${String(offset).padStart(10, '0')} 00000 n \n`
  })
  const start = text.length
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${offsets.join('')}`
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`
  return Buffer.from(text, 'latin1')
}

/** A page whose words are 900 MB of spaces, deflated twice. */
export function pdfBomb(): Buffer {
  const stream = inflateSync(Buffer.from(SPACES, 'base64'))
  const before = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>',
  ].map((object, at) => `${at + 1} 0 obj\n${object}\nendobj\n`)
  const dictionary = `<< /Length ${stream.length} /Filter [/FlateDecode /FlateDecode] >>`
  return Buffer.concat([
    Buffer.from(`%PDF-1.4\n${before.join('')}4 0 obj\n${dictionary}\nstream\n`),
    stream,
    Buffer.from('\nendstream\nendobj\ntrailer\n<< /Size 5 /Root 1 0 R >>\n%%EOF\n'),
  ])
}

/** 900 MB of spaces, deflated three times. */
const SPACES =
  'eNqruPX2jqLfnECJtouZVlyO7I4CEpPCDvAdmyDSvI7BN4Jh3ypZpwgmb4cJCRdFrstOCdvIIKKocYJhc9uq/5busX9Pmpuf/17/3fz4YvPNvZunr93avVSQgYHBoGDzfnV5+z32Zs/qy/a/ZWZgYHAu/5FZuUeCdR7/tfI5IAG29yXVVpF/BCp+VJqU8TEwMEjsubp89/pu3Qff/2SlnrdlYGBI+JDHClKq4GrAwMDAEMUC4iyAcJKQOaMyozKjMqMyozI0kzm3fXn8ve0NJx//efX5KccD+59bq2z/bvzJVcM4RQgAKqL01w=='

/** `inner` is what stands in the body of the document, in WordprocessingML. */
export function makeDocx(inner: string, more: Record<string, Buffer> = {}): Buffer {
  const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
  const types = 'application/vnd.openxmlformats-officedocument.wordprocessingml'
  const officeRels = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
  const parts = {
    '[Content_Types].xml': `${xml}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="${types}.document.main+xml"/></Types>`,
    '_rels/.rels': `${xml}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${officeRels}/officeDocument" Target="word/document.xml"/></Relationships>`,
    'word/document.xml': `${xml}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${inner}</w:body></w:document>`,
  }
  const files = Object.entries(parts).map(([name, text]) => ({ name, bytes: Buffer.from(text) }))
  const others = Object.entries(more).map(([name, bytes]) => ({ name, bytes }))
  return makeZip([...files, ...others])
}

export const paragraph = (text: string, style?: string) =>
  `<w:p>${style ? `<w:pPr><w:pStyle w:val="${style}"/></w:pPr>` : ''}<w:r><w:t xml:space="preserve">${text}</w:t></w:r></w:p>`

/** `claims` is what the zip says that an entry unpacks to. */
export function makeZip(files: { name: string; bytes: Buffer; claims?: number }[]): Buffer {
  const chunks: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, bytes, claims = bytes.length } of files) {
    const packed = deflateRawSync(bytes, { level: 9 })
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(8, 4)
    common.writeUInt32LE(crc32(bytes), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(claims, 18)
    common.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, tail, Buffer.from(name)]))
    chunks.push(local)
    offset += local.length
  }
  const entries = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(entries.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...chunks, entries, end])
}
