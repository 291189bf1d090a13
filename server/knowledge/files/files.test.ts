// Reading files: each kind, and everything that may be wrong with one. Each goes through the thread that it would go through.

import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Failure } from '../../kit/errors.ts'
import { checkZip } from './checkZip.ts'
import { openExtract } from './extract.ts'
import { makeDocx, makePdf, makeZip, paragraph, pdfBomb } from './files.fixture.ts'

let folder: string
let count = 0
const extract = openExtract()
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carom-knowledge-'))
})
after(() => rm(folder, { recursive: true, force: true }))

async function read(bytes: Buffer | string, filename?: string, declared?: string, using = extract) {
  const path = join(folder, String(++count))
  await writeFile(path, bytes)
  return using({ path, filename, declared })
}

async function refusal(bytes: Buffer | string, filename?: string, declared?: string, using = extract) {
  const error = await read(bytes, filename, declared, using).then(
    found => assert.fail(`it was read: ${found.text.slice(0, 100)}`),
    (failure: Failure) => failure,
  )
  assert.equal(error.options?.param, 'file', String(error))
  assert.match(error.message, /^[A-Z][^\n]{10,300}\.$/)
  return [error.code, error.message] as const
}

const hours = [
  { text: 'Opening hours', size: 20 },
  { text: 'We are open from nine to five, Monday to Friday, and on Satur-', gap: 30 },
  { text: 'days until noon.' },
  { text: 'On Sundays the shop is closed.', gap: 40 },
]

test('a PDF: headings, paragraphs and divided words', async () => {
  const { mime_type, text, passages } = await read(makePdf([hours]), 'hours.pdf', 'application/pdf')
  assert.equal(mime_type, 'application/pdf')
  assert.equal(
    text,
    '## Opening hours\n\nWe are open from nine to five, Monday to Friday, and on Saturdays until noon.\n\nOn Sundays the shop is closed.',
  )
  assert.equal(passages[0]?.heading, 'Opening hours')
})

test('a PDF of many pages, without what is printed on each', async () => {
  const pages = Array.from({ length: 6 }, (_, at) => [
    { text: 'The Bakery Handbook' },
    { text: `Chapter ${'ABCDEF'[at]} tells of bread.`, gap: 60 },
    { text: `Page ${at + 1} of 6`, gap: 600 },
  ])
  const { text } = await read(makePdf(pages), 'book.pdf')
  assert.ok(!/Handbook|Page/.test(text), text)
  assert.equal(text.match(/Chapter \w/g)?.length, 6)
})

test('a Word document: headings, lists of cells, other letters', async () => {
  const cell = (text: string) => `<w:tc>${paragraph(text)}</w:tc>`
  const inner = `${paragraph('Shipping', 'Heading1')}${paragraph('Größe &amp; Gewicht')}<w:tbl><w:tr>${cell('Norway')}${cell('4 days')}</w:tr></w:tbl>`
  const { mime_type, text } = await read(makeDocx(inner), 'shipping.docx')
  assert.match(mime_type, /wordprocessingml/)
  assert.match(text, /Shipping\n\nGröße & Gewicht\n\nNorway \| 4 days$/)
})

test('a web page: its text, in the letters that it says', async () => {
  const page =
    '<!doctype html><html><head><meta charset="iso-8859-1"><title>x</title><style>p{}</style></head><body><nav>Menu</nav><h2>Über uns</h2><p>Wir backen <a href="https://example.com">Brot</a>.</p><ul><li>Roggen</li></ul><script>alert(1)</script></body></html>'
  const { mime_type, text } = await read(Buffer.from(page, 'latin1'), 'about.html')
  assert.equal(mime_type, 'text/html')
  assert.equal(text, '## Über uns\n\nWir backen Brot.\n\n- Roggen')
  assert.equal((await read(page.replace('iso-8859-1', 'utf-8'))).mime_type, 'text/html', 'without a name')
})

test('text and Markdown, in any of the usual encodings', async () => {
  const words = 'Müller öffnet um neun.'
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(words, 'utf16le')])
  const spelled = [Buffer.from(words), Buffer.from(`\ufeff${words}`), Buffer.from(words, 'latin1'), utf16]
  const texts = await Promise.all(spelled.map(bytes => read(bytes, 'a.txt', 'text/plain')))
  assert.deepEqual(new Set(texts.map(({ text }) => text)), new Set([words]))
  const markdown = await read('# Hours\n\nNine to five.', 'a.md', 'application/octet-stream')
  assert.deepEqual([markdown.mime_type, markdown.passages[0]?.heading], ['text/markdown', 'Hours'])
  assert.equal((await read('{"a": "b"}', 'a.json')).mime_type, 'text/plain')
})

test('files that are not what they are said to be', async () => {
  const zip = makeZip([{ name: 'a.txt', bytes: Buffer.from('hello') }])
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk', 'base64')
  const cases: [Buffer | string, (string | undefined)?, string?][] = [
    ...([[zip, 'a.docx'], [zip, 'a.pdf'], [zip], [png, 'a.txt'], [png]] as [Buffer, string?][]),
    ['just words', 'a.pdf'],
    ['just words', undefined, 'application/pdf'],
    [makePdf([hours]), 'a.docx'],
    [makeDocx(paragraph('x')), 'a.txt'],
    [Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0]), 'old.doc'],
    [Buffer.alloc(2000, 1), 'noise.txt'],
  ]
  // Two are read at once, here as in the house.
  const refusals = await Promise.all(cases.map(one => refusal(...one)))
  for (const [code, message] of refusals) {
    assert.equal(code, 'unsupported_media_type', message)
    assert.match(message, /PDF, DOCX, HTML, Markdown and plain text are taken/)
  }
})

test('broken files, and those without a word', async () => {
  const pdf = makePdf([hours])
  const docx = makeDocx(paragraph('x'))
  const cases: [Buffer | string, string, RegExp][] = [
    [Buffer.from('%PDF-1.7\nnothing at all'), 'a.pdf', /broken/],
    [pdf.subarray(0, 200), 'half.pdf', /broken|no text/],
    [makePdf([[]]), 'scan.pdf', /text recognition/],
    [docx.subarray(0, docx.length - 30), 'half.docx', /broken/],
    [makeDocx('<w:p><w:unclosed>'), 'bad.docx', /broken/],
    [makeDocx(''), 'empty.docx', /no text/],
    [' \n\t ', 'blank.txt', /no text/],
    ['<html><body><img src="a.png"></body></html>', 'a.html', /no text/],
  ]
  const refusals = await Promise.all(cases.map(([bytes, filename]) => refusal(bytes, filename)))
  for (const [at, [code, message]] of refusals.entries()) {
    const [, filename = '', reason = /./] = cases[at] ?? []
    assert.ok(code === 'invalid_parameter' || code === 'unsupported_media_type', code)
    assert.match(message, code === 'invalid_parameter' ? reason : /cannot be told|zip/, filename)
  }
})

test('a small document that unpacks to gigabytes is refused, whatever it claims', async () => {
  const big = { name: 'word/media/image1.png', bytes: Buffer.alloc(120 * 1024 * 1024) }
  const [code, message] = await refusal(makeDocx(paragraph('x'), { [big.name]: big.bytes }), 'bomb.docx')
  assert.deepEqual([code, /100 MB/.test(message)], ['payload_too_large', true])
  await assert.rejects(checkZip(makeZip([{ ...big, claims: 10 }])), { reason: 'bomb' })
  const many = Array.from({ length: 5_001 }, (_, at) => ({ name: `${at}`, bytes: Buffer.alloc(0) }))
  await assert.rejects(checkZip(makeZip(many)), { reason: 'bomb' })
  await assert.rejects(checkZip(Buffer.concat([Buffer.from('x'), makeZip([big])])), { reason: 'broken' })
})

test('what takes too long or too much memory ends alone, and the next ones are read', async () => {
  const hasty = openExtract({ timeout_ms: 1 })
  const [slow, why] = await refusal(makePdf([hours]), 'a.pdf', undefined, hasty)
  assert.deepEqual([slow, /within 0.001 seconds/.test(why)], ['invalid_parameter', true])
  const before = process.memoryUsage.rss()
  const [bomb, reason] = await refusal(pdfBomb(), 'bomb.pdf')
  assert.deepEqual([bomb, /memory/.test(reason)], ['invalid_parameter', true])
  assert.ok(process.memoryUsage.rss() - before < 300_000_000, 'this process did not take it')
  const [long] = await refusal('word '.repeat(410_000), 'long.txt')
  assert.equal(long, 'payload_too_large')
  const several = Array.from({ length: 6 }, () => read(makePdf([hours]), 'a.pdf'))
  assert.equal((await Promise.all(several)).length, 6)
})
