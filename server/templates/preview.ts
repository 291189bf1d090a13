// A template as the recipient would see it, with the values filled in. Nothing is sent; a template may still be in review.

import { bind, type Choice, type MetaComponent } from './bind.ts'
import { refuseValues } from './bindFor.ts'
import { requireRow } from './find.ts'
import { printed } from './parameters.ts'
import type { Templates } from './room.ts'
import { partOf } from './stored.ts'
import { asPart, fillPlaceholders, placeholdersIn, type Readable, upper } from './variables.ts'

type Part = Record<string, unknown>

export type Shown = {
  header: Part | null
  body: string | null
  footer: string | null
  buttons: { type: string; text: string; url?: string; phone_number?: string; code?: string }[]
}
export type Preview = Shown & {
  text: string
  offer: { text: string; expires_at: string | null } | null
  cards: Shown[]
}

export async function previewTemplate(
  templates: Templates,
  tenant_id: string,
  id: string,
  choice: Choice,
): Promise<Preview> {
  const row = await requireRow(templates, tenant_id, id)
  const bound = bind(row, choice)
  return bound.ok ? previewText(row, bound.components) : refuseValues(bound.issues)
}

/** Pure. `bound` are the components of a send, as `bind` made them. */
export function previewText(template: Pick<Readable, 'components'>, bound: MetaComponent[] = []): Preview {
  const shown = show(template.components, bound)
  const carousel = partOf(template.components, 'CAROUSEL')
  const cards = listOf(carousel?.cards)
  const given = listOf(bound.find(component => component.type === 'carousel')?.cards)
  const offer = offerOf(template.components, bound)
  const inside = cards.map((card, at) => show(listOf(card.components), listOf(given[at]?.components)))
  return { text: textOf(shown, offer, inside), ...shown, offer, cards: inside }
}

function show(components: readonly unknown[], sent: Part[]): Shown {
  const parametersOf = (type: string) => listOf(sent.find(component => component.type === type)?.parameters)
  const body = partOf(components, 'BODY')
  const footer = partOf(components, 'FOOTER')
  const implied = body?.add_security_recommendation === true || body?.text === undefined
  const text = body?.text ?? (body && implied ? '{{1}}' : undefined)
  return {
    header: headerOf(partOf(components, 'HEADER'), parametersOf('header')),
    body: typeof text === 'string' ? fill(text, parametersOf('body')) : null,
    footer: typeof footer?.text === 'string' ? footer.text : null,
    buttons: listOf(partOf(components, 'BUTTONS')?.buttons).map((button, at) => buttonOf(button, at, sent)),
  }
}

function headerOf(header: Part | undefined, parameters: Part[]): Part | null {
  if (!header) return null
  const format = upper(header.format).toLowerCase()
  if (format === 'text') return { format, text: fill(String(header.text ?? ''), parameters) }
  const [parameter] = parameters
  const type = String(parameter?.type ?? format)
  return { format, [type]: parameter?.[type] ?? {} }
}

/** By name where they have one, else by their order. */
function fill(text: string, parameters: Part[]): string {
  const names = placeholdersIn(text)
  const values = parameters.map((parameter, at): [string, string] => [
    typeof parameter.parameter_name === 'string' ? parameter.parameter_name : (names[at] ?? ''),
    printed(parameter),
  ])
  return fillPlaceholders(text, new Map(values))
}

const FIXED: Record<string, string> = {
  COPY_CODE: 'Copy offer code',
  CATALOG: 'View catalog',
  MPM: 'View items',
  SPM: 'View',
  REQUEST_CONTACT_INFO: 'Share contact info',
  OTP: 'Copy code',
}

function buttonOf(button: Part, at: number, sent: Part[]): Shown['buttons'][number] {
  const type = upper(button.type)
  const text = typeof button.text === 'string' ? button.text : (FIXED[type] ?? type)
  const component = sent.find(one => one.type === 'button' && String(one.index) === String(at))
  const [parameter] = listOf(component?.parameters)
  const value = parameter?.text ?? parameter?.coupon_code
  const shown = { type: type.toLowerCase(), text }
  if (type === 'PHONE_NUMBER') return { ...shown, phone_number: String(button.phone_number ?? '') }
  const url = String(button.url ?? '')
  // Meta gives the button of a login code back as a URL of its own.
  const copies =
    type === 'COPY_CODE' || type === 'OTP' || url.startsWith('https://www.whatsapp.com/otp/code/')
  if (copies) return { type: 'copy_code', text, code: String(value ?? '') }
  if (type !== 'URL') return shown
  const [name] = placeholdersIn(url)
  return {
    ...shown,
    url: name === undefined ? url : fillPlaceholders(url, new Map([[name, String(value ?? '')]])),
  }
}

function offerOf(components: readonly unknown[], sent: MetaComponent[]): Preview['offer'] {
  const offer = asPart(partOf(components, 'LIMITED_TIME_OFFER')?.limited_time_offer)
  if (typeof offer.text !== 'string') return null
  const [parameter] = listOf(sent.find(component => component.type === 'limited_time_offer')?.parameters)
  const end = asPart(parameter?.limited_time_offer).expiration_time_ms
  const expires = typeof end === 'number' ? new Date(end) : undefined
  const is_date = expires !== undefined && !Number.isNaN(expires.getTime())
  return { text: offer.text, expires_at: is_date ? expires.toISOString() : null }
}

/** Header, offer, body, footer and labels of the buttons, a line each; cards after an empty line. */
function textOf(shown: Shown, offer: Preview['offer'], cards: Shown[]): string {
  const lines = [linesOf(shown, offer), ...cards.map(card => linesOf(card, null))]
  return lines.map(part => part.join('\n')).join('\n\n')
}

function linesOf({ header, body, footer, buttons }: Shown, offer: Preview['offer']): string[] {
  const texts = [header?.text, offer?.text, body, footer].filter(text => typeof text === 'string')
  return [...texts, ...buttons.map(button => `[${button.text}]`)]
}

function listOf(value: unknown): Part[] {
  return Array.isArray(value) ? value.map(asPart) : []
}
