// The rules for header, body, footer and limited-time offer.

import { checkExamples } from './examplesOf.ts'
import { blame, type Findings, isPart, type Part, refusePlaceholders, requireText, word } from './findings.ts'
import { checkPlacement, type Format, readPlaceholders } from './placeholders.ts'

const HEADERS = ['TEXT', 'IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION', 'PRODUCT']
export const MEDIA_HEADERS = ['IMAGE', 'VIDEO', 'DOCUMENT']

export function checkHeader(found: Findings, header: Part, param: string, format: Format): void {
  const kind = word(header.format)
  if (kind === 'TEXT') checkTextHeader(found, header, param, format)
  else if (MEDIA_HEADERS.includes(kind)) checkSample(found, header.example, `${param}.example`)
  else if (kind === 'GIF') {
    const message =
      'Only the Marketing Messages API can send GIF headers; use VIDEO, or an IMAGE that does not move.'
    blame(found, `${param}.format`, message)
  } else if (!HEADERS.includes(kind)) {
    blame(found, `${param}.format`, `This must be one of ${HEADERS.join(', ')}.`)
  }
}

function checkTextHeader(found: Findings, header: Part, param: string, format: Format): void {
  const text = requireText(found, header.text, `${param}.text`, 60)
  if (text === undefined) return
  const names = readPlaceholders(found, text, `${param}.text`, format)
  const uses = text.match(/\{\{\w+\}\}/g)?.length ?? 0
  if (uses > 1) blame(found, `${param}.text`, `A header has at most one variable; this one has ${uses}.`)
  if (/[*~`\r\n]/.test(text)) {
    blame(found, `${param}.text`, 'A header is one line without formatting: no *, ~, ` or line breaks.')
  }
  const fields = { list: 'header_text', named: 'header_text_named_params' } as const
  checkExamples(found, header, names, { param, format, fields })
}

/** A media header wants an example: Meta's upload handle, or what Carom can make one of. */
function checkSample(found: Findings, example: unknown, param: string): void {
  const given = isPart(example) ? example : {}
  const forms = ['media_id', 'link', 'header_handle'].filter(name => given[name] !== undefined)
  const [form] = forms
  if (forms.length !== 1 || form === undefined) {
    const message =
      'Reviewers want to see an example: give exactly one of {"media_id": "…"}, {"link": "https://…"} and {"header_handle": ["…"]}.'
    blame(found, param, message)
    return
  }
  const value = given[form]
  if (form === 'header_handle') {
    const isOne =
      Array.isArray(value) && value.length === 1 && typeof value[0] === 'string' && value[0] !== ''
    if (!isOne) blame(found, `${param}.header_handle`, 'This must be a list with one upload handle of Meta.')
  } else if (form === 'link') {
    const isAddress = typeof value === 'string' && /^https?:$/.test(URL.parse(value)?.protocol ?? '')
    if (!isAddress) blame(found, `${param}.link`, 'This must be an https address.')
  } else if (typeof value !== 'string' || value === '') {
    blame(found, `${param}.media_id`, 'This must be the media_id of an uploaded file, as a text.')
  }
}

export function checkBody(found: Findings, body: Part, param: string, format: Format, most: number): void {
  const text = requireText(found, body.text, `${param}.text`, most)
  if (text === undefined) return
  const names = readPlaceholders(found, text, `${param}.text`, format)
  checkPlacement(found, text, names.length, `${param}.text`)
  const fields = { list: 'body_text', named: 'body_text_named_params' } as const
  checkExamples(found, body, names, { param, format, fields })
}

export function checkFooter(found: Findings, footer: Part, param: string): void {
  refusePlaceholders(found, requireText(found, footer.text, `${param}.text`, 60), `${param}.text`)
}

/** What stands around an offer matters: no footer, an image or video on top, the code before the link. */
export type Around = { category: string; header: Part | undefined; footer: Part | undefined; buttons: Part[] }

export function checkOffer(found: Findings, component: Part, param: string, around: Around): void {
  const offer = isPart(component.limited_time_offer) ? component.limited_time_offer : {}
  const at = `${param}.limited_time_offer`
  requireText(found, offer.text, `${at}.text`, 16)
  if (offer.has_expiration !== undefined && typeof offer.has_expiration !== 'boolean') {
    blame(found, `${at}.has_expiration`, 'This must be true or false.')
  }
  if (around.category !== 'MARKETING')
    blame(found, param, 'Only MARKETING templates have limited-time offers.')
  if (around.header && !['IMAGE', 'VIDEO'].includes(word(around.header.format))) {
    blame(found, param, 'The header above a limited-time offer is an IMAGE or a VIDEO.')
  }
  if (around.footer) blame(found, param, 'A template with a limited-time offer has no FOOTER.')
  const kinds = around.buttons.map(button => word(button.type))
  const code = kinds.indexOf('COPY_CODE')
  const link = kinds.indexOf('URL')
  if (code > 0) blame(found, param, 'In an offer the COPY_CODE button comes first.')
  if (link >= 0 && link !== (code >= 0 ? code + 1 : 0)) {
    blame(found, param, 'In an offer the URL button comes first, or second after the COPY_CODE button.')
  }
}
