// Header, body, footer and offer of a submitted template.

import type { Json } from '../world.ts'
import { isObject } from './parameters.ts'
import { refuseField, refuseTemplate, type Subcode } from './refuse.ts'
import { distinct, isTooDense, type Scanned, scan, standSideBySide, touchesAnEnd } from './scan.ts'

export type Format = 'POSITIONAL' | 'NAMED'

export const lengthOf = (text: string) => [...text].length

const MEDIA = ['IMAGE', 'VIDEO', 'DOCUMENT']

export function checkHeader(header: Json, format: Format) {
  const kind = String(header.format ?? '').toUpperCase()
  if (kind === 'LOCATION' || kind === 'PRODUCT') return
  if (MEDIA.includes(kind)) return checkHandle(header.example)
  if (kind !== 'TEXT') throw refuseTemplate(2388047, `The header format ${kind} does not exist here.`)
  const { text } = header
  if (typeof text !== 'string' || text.trim() === '')
    throw refuseTemplate(2388047, 'A text header needs a text.')
  if (lengthOf(text) > 60) throw refuseTemplate(2388040, 'The header may have 60 characters.')
  const scanned = readText(text, format, 2388047)
  if (/[*~`\n\r]/.test(text)) throw refuseTemplate(2388047, 'The header may not be formatted.')
  if (scanned.names.length > 1) throw refuseTemplate(2388047, 'The header may have one variable.')
  if (scanned.names.length === 1) checkHeaderExample(header.example, scanned, format)
}

export function checkHandle(example: unknown) {
  const handles = isObject(example) ? example.header_handle : undefined
  const [handle] = Array.isArray(handles) ? handles : []
  if (!Array.isArray(handles) || handles.length !== 1 || typeof handle !== 'string' || handle === '')
    throw refuseTemplate(2388043, 'A header with media needs one example.header_handle.')
}

function checkHeaderExample(example: unknown, scanned: Scanned, format: Format) {
  const given = isObject(example) ? example : {}
  if (format === 'NAMED') return checkPairs(given.header_text_named_params, scanned.names)
  checkSamples(given.header_text, 1)
}

function checkSamples(given: unknown, count: number) {
  const isComplete =
    Array.isArray(given) &&
    given.length === count &&
    given.every(one => typeof one === 'string' && one.trim() !== '')
  if (!isComplete) throw refuseTemplate(2388043, 'Every variable needs an example.')
}

function checkPairs(given: unknown, names: string[]) {
  const pairs = Array.isArray(given) && given.every(isObject) ? given : []
  const told = pairs.filter(pair => typeof pair.example === 'string' && pair.example.trim() !== '')
  const toldNames = told.map(pair => pair.param_name)
  const isComplete =
    told.length === pairs.length &&
    told.length === names.length &&
    names.every(name => toldNames.includes(name))
  if (!isComplete) throw refuseTemplate(2388043, 'Every variable needs an example under its name.')
}

/** Variables in the right form: counted from 1 without gaps, or named in lower case. */
function readText(text: string, format: Format, subcode: Subcode): Scanned {
  const scanned = scan(text)
  if (!scanned) throw refuseTemplate(subcode, 'The braces of a variable do not pair up.')
  const names = distinct(scanned.names)
  if (format === 'NAMED') {
    if (!names.every(name => /^[a-z_][a-z0-9_]*$/.test(name)))
      throw refuseTemplate(subcode, 'Names of variables are lower-case letters, digits and underscores.')
    return scanned
  }
  const wanted = names.map((_, at) => String(at + 1))
  if (!wanted.every(one => names.includes(one)))
    throw refuseTemplate(subcode, 'Variables must be numbered {{1}}, {{2}}, … without gaps.')
  return scanned
}

export function checkBody(body: Json, format: Format, most: number) {
  const { text, example } = body
  if (typeof text !== 'string' || text.trim() === '') throw refuseTemplate(2388072, 'The body needs a text.')
  if (lengthOf(text) > most) throw refuseTemplate(2388040, `The body may have ${most} characters.`)
  const scanned = readText(text, format, 2388072)
  const names = distinct(scanned.names)
  if (names.length === 0) return
  if (touchesAnEnd(scanned))
    throw refuseTemplate(2388299, 'Variables cannot stand at the start or end of the body.')
  if (standSideBySide(scanned)) throw refuseTemplate(2388072, 'Two variables cannot stand side by side.')
  if (isTooDense(scanned)) throw refuseTemplate(2388293, 'Too many variables for the length of the text.')
  const given = isObject(example) ? example : {}
  if (format === 'NAMED') return checkPairs(given.body_text_named_params, names)
  const samples = given.body_text
  if (typeof samples === 'string') return checkSamples([samples], names.length)
  checkSamples(Array.isArray(samples) && Array.isArray(samples[0]) ? samples[0] : samples, names.length)
}

export function checkFooter({ text }: Json) {
  if (typeof text !== 'string' || text.trim() === '')
    throw refuseTemplate(2388073, 'The footer needs a text.')
  if (lengthOf(text) > 60) throw refuseTemplate(2388040, 'The footer may have 60 characters.')
  if (/\{\{|\}\}/.test(text)) throw refuseTemplate(2388073, 'The footer may not have variables.')
}

type Around = { header: Json | undefined; footer: Json | undefined; kinds: string[]; category: string }

/** Marketing only, under an image or a video, without a footer; the code is the first button, then comes the link. */
export function checkOffer(component: Json, { header, footer, kinds, category }: Around) {
  const offer = component.limited_time_offer
  if (category !== 'MARKETING') throw refuseField('Limited-time offers are for marketing templates.')
  if (!isObject(offer) || typeof offer.text !== 'string' || offer.text.trim() === '')
    throw refuseField('A limited-time offer needs a text.')
  if (lengthOf(offer.text) > 16) throw refuseTemplate(2388040, 'The text of an offer may have 16 characters.')
  if (offer.has_expiration !== undefined && typeof offer.has_expiration !== 'boolean')
    throw refuseField('has_expiration must be true or false.')
  if (header && !['IMAGE', 'VIDEO'].includes(String(header.format ?? '').toUpperCase()))
    throw refuseTemplate(2388047, 'A limited-time offer has an image or a video as its header.')
  if (footer) throw refuseTemplate(2388073, 'A limited-time offer has no footer.')
  const [code, link] = [kinds.indexOf('COPY_CODE'), kinds.indexOf('URL')]
  if (code > 0 || (link >= 0 && link !== code + 1))
    throw refuseField('In an offer the code is the first button, and the link the next.')
}
