// CSV as spreadsheets really write it.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newCampaign, recipientsOf, upload } from '../../../../test/campaigns.ts'
import { type Answered, type Journey, startJourney } from '../../../../test/carom.ts'

let carom: Journey
before(async () => {
  carom = await startJourney()
})
after(() => carom.close())

async function added(csv: string | Buffer, headers?: Record<string, string>) {
  const id = await newCampaign(carom.api)
  const answer = await upload(carom.api, id, csv, headers)
  return { id, answer, rows: answer.status === 200 ? await recipientsOf(carom.api, id) : [] }
}

const of = (rows: { to: string; variables: unknown }[]) => rows.map(({ to, variables }) => [to, variables])

const ada = ['+4915112345678', { name: 'Ada' }]
const zoe = ['+4915112345679', { name: 'Zoë' }]

const files: [name: string, csv: string | Buffer][] = [
  ['commas', 'phone,name\n+4915112345678,Ada\n+4915112345679,Zoë\n'],
  ['semicolons, as in Europe', 'phone;name\r\n+4915112345678;Ada\r\n+4915112345679;Zoë\r\n'],
  ['tabs', 'phone\tname\n+4915112345678\tAda\n+4915112345679\tZoë'],
  ['pipes', 'name|phone\nAda|+4915112345678\nZoë|+4915112345679\n'],
  ['lines of old Macs', 'phone,name\r+4915112345678,Ada\r+4915112345679,Zoë\r'],
  ['a mark of UTF-8', '\ufeffphone,name\n+4915112345678,Ada\n+4915112345679,Zoë\n'],
  ["Excel's line about the delimiter", 'sep=;\r\nphone;name\r\n+4915112345678;Ada\r\n+4915112345679;Zoë\r\n'],
  ['quotes everywhere', '"phone","name"\n"+4915112345678","Ada"\n"+4915112345679","Zoë"\n'],
  ['space around', ' phone , name \n +4915112345678 , Ada \n\n +4915112345679 , "Zoë" \n\n'],
  [
    'empty columns and rows at the end',
    ',,,\nphone,name,,\n+4915112345678,Ada,,\n+4915112345679,Zoë,,\n,,,\n',
  ],
  [
    'UTF-16, little end first',
    Buffer.from('\ufeffphone\tname\n+4915112345678\tAda\n+4915112345679\tZoë\n', 'utf16le'),
  ],
  [
    'UTF-16, big end first',
    Buffer.from('\ufeffphone\tname\n+4915112345678\tAda\n+4915112345679\tZoë\n', 'utf16le').swap16(),
  ],
  ['UTF-16 without a mark', Buffer.from('phone;name\n+4915112345678;Ada\n+4915112345679;Zoë\n', 'utf16le')],
  ['Windows-1252', Buffer.from('phone;name\n+4915112345678;Ada\n+4915112345679;Zoë\n', 'latin1')],
]

for (const [name, csv] of files) {
  test(name, async () => {
    const { answer, rows } = await added(csv)
    assert.deepEqual(answer.body, {
      added: 2,
      duplicates: 0,
      invalid: 0,
      opted_out: 0,
      errors: [],
      notes: [],
    })
    assert.deepEqual(of(rows), [ada, zoe])
  })
}

test('a declared charset counts where the bytes do not speak for themselves', async () => {
  const csv = Buffer.concat([
    Buffer.from('phone,name\n+4915112345678,'),
    Buffer.from([0xa3, 0xf3, 0xbf]),
    Buffer.from('\n'),
  ])
  const { rows } = await added(csv, { 'content-type': 'text/csv; charset=iso-8859-2' })
  assert.deepEqual(of(rows), [['+4915112345678', { name: 'Łóż' }]])
})

test('line breaks, quotes and delimiters inside of cells, and the lines of what follows', async () => {
  const csv = 'phone,note\n+4915112345678,"Dear ""Ada"",\nhello"\n+4915112345679,5" disk\nnobody,x\n'
  const { answer, rows } = await added(csv)
  assert.deepEqual(of(rows), [
    ['+4915112345678', { note: 'Dear "Ada",\nhello' }],
    ['+4915112345679', { note: '5" disk' }],
  ])
  assert.deepEqual(answer.body.errors, [
    { line: 5, message: 'Line 5 has no possible phone number (nobody); write it like +4915112345678.' },
  ])
})

const numbers: [written: string, to: string | null][] = [
  ['+49 151 1234-5678', '+4915112345678'],
  ['0049 (151) 12345678', '+4915112345678'],
  ['+49 (0)151 12345678', '+4915112345678'],
  ['4915112345678', '+4915112345678'],
  ['4915112345678.0', '+4915112345678'],
  ["'+4915112345678", '+4915112345678'],
  ['=""+4915112345678""', '+4915112345678'],
  ['whatsapp:+4915112345678', '+4915112345678'],
  ['\u202a+49 151 12345678\u202c', '+4915112345678'],
  ['+49\u00a0151\u00a012345678', '+4915112345678'],
  ['+49–151–12345678', '+4915112345678'],
  ['US.1000200030004000', 'US.1000200030004000'],
  ['4,91511E+12', null],
  ['4.91511E+12', null],
  ['0151 12345678', null],
  ['', null],
  ['12', null],
]

test('numbers in every spelling; what a spreadsheet has shortened is refused', async () => {
  const csv = ['phone,name', ...numbers.map(([written], at) => `"${written}",n${at}`)].join('\n')
  for (const [at, [written, to]] of numbers.entries()) {
    const { answer, rows } = await added(`phone,name\n"${written}",n\n`)
    const found = rows[0]?.to ?? null
    assert.deepEqual(
      [found, answer.body.invalid],
      [to, to === null ? 1 : 0],
      `${at}: ${written} ${answer.text}`,
    )
  }
  const { answer } = await added(csv)
  const good = numbers.filter(([, to]) => to !== null)
  assert.deepEqual(
    [answer.body.added, answer.body.duplicates, answer.body.invalid],
    [2, good.length - 2, numbers.length - good.length],
  )
  assert.match(answer.text, /a spreadsheet has shortened \(4\.91511E\+12\); format the column as text/)
  assert.match(answer.text, /without its country code \(0151 12345678\)/)
})

const headers: [header: string, names: string[]][] = [
  ['Phone Number,First Name', ['First Name']],
  ['first_name,MOBILE', ['first_name']],
  ['Téléphone portable;Prénom', ['Prénom']],
  ['Handy-Nr.;Vorname', ['Vorname']],
  ['WhatsApp Number,phone,to', ['WhatsApp Number', 'phone']],
  ['to,name,name,', ['name', 'name_2']],
]

for (const [header, names] of headers) {
  test(`the header ${header}`, async () => {
    const delimiter = header.includes(';') ? ';' : ','
    const cells = header.split(delimiter).map((_, at) => `+491511234567${at}`)
    const { rows, answer } = await added(`${header}\n${cells.join(delimiter)}\n`)
    assert.equal(rows.length, 1, answer.text)
    assert.deepEqual(Object.keys(rows[0].variables).sort(), [...names].sort())
  })
}

const refusals: [name: string, csv: string | Buffer, says: RegExp][] = [
  ['no such column', 'name,city\nAda,Berlin\n', /No column is called "phone" or "to".*"name", "city"/],
  ['no header', '+4915112345678,Ada\n+4915112345679,Zoë\n', /The first row must name the columns/],
  ['nothing', '', /The file is empty/],
  ['a workbook', Buffer.from('PK\x03\x04 xl/workbook.xml'), /This is a workbook/],
  [
    'an open quote',
    'phone,name\n+4915112345678,Ada\n+4915112345679,"Zoë\n',
    /from line 3 on: a quotation mark/,
  ],
]

for (const [name, csv, says] of refusals) {
  test(`refused as a whole: ${name}`, async () => {
    const { answer, id } = await added(csv)
    assert.deepEqual([answer.status, answer.body.error.code], [422, 'invalid_parameter'], answer.text)
    assert.match(answer.body.error.message, says)
    assert.deepEqual(await recipientsOf(carom.api, id), [])
  })
}

test('a form with a file, and forms that are none', async () => {
  const id = await newCampaign(carom.api)
  const form = async (fill: (form: FormData) => void): Promise<Answered> => {
    const body = new FormData()
    fill(body)
    const response = await fetch(`${carom.url}/api/v1/whatsapp/campaigns/${id}/recipients`, {
      method: 'POST',
      headers: { authorization: `Bearer ${carom.owner_key}` },
      body,
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, body: JSON.parse(text) }
  }
  const file = new File(['phone;name\n+4915112345678;Ada\n'], 'people.csv', { type: 'text/csv' })
  const good = await form(body => body.set('file', file))
  assert.deepEqual([good.status, good.body.added], [200, 1], good.text)
  const none = await form(body => body.set('list', file))
  assert.deepEqual([none.status, none.body.error.details.issues[0].param], [422, 'list'], none.text)
  const type = await upload(carom.api, id, 'x', { 'content-type': 'image/png' })
  assert.deepEqual([type.status, type.body.error.code], [415, 'unsupported_media_type'])
})
