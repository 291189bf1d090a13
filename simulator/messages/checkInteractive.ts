// Checks interactive messages: reply buttons and lists completely, the rarer kinds by their required parts.

import { GraphError, wrongParameter } from '../graph/errors.ts'
import { isObject } from '../templates/parameters.ts'
import type { Json, Rendered, RenderedButton } from '../world.ts'

const WITHOUT_BODY = new Set(['product', 'call_permission_request', 'carousel', 'product_list'])
const KINDS: Record<string, (action: Json) => RenderedButton[]> = {
  button: checkReplyButtons,
  list: checkList,
  cta_url: checkLink,
  flow: action => [{ type: 'flow', text: textOr(parametersOf(action).flow_cta, 'Open') }],
  product: () => [],
  product_list: () => [],
  catalog_message: () => [{ type: 'catalog', text: 'View catalog' }],
  location_request_message: () => [{ type: 'location_request', text: 'Send location' }],
  address_message: () => [{ type: 'address', text: 'Provide address' }],
  call_permission_request: () => [{ type: 'call_permission', text: 'Choose preference' }],
  voice_call: action => [{ type: 'voice_call', text: textOr(parametersOf(action).display_text, 'Call Now') }],
  carousel: () => [],
  request_contact_info: () => [{ type: 'contact_request', text: 'Share contact info' }],
  contact_request: () => [{ type: 'contact_request', text: 'Share contact info' }],
}

export function checkInteractive(content: Json): Rendered {
  const type = String(content.type ?? '').toLowerCase()
  const kind = KINDS[type]
  if (!kind) {
    const allowed = Object.keys(KINDS)
      .map(one => one.toUpperCase())
      .join(', ')
    throw wrongParameter(
      `Param interactive['type'] must be one of {${allowed}} - got "${content.type ?? ''}".`,
    )
  }
  const { action, header, footer } = content
  if (!isObject(action))
    throw new GraphError(131008, { details: "Parameter 'action' is mandatory for type 'interactive'" })
  const body = isObject(content.body) ? content.body.text : undefined
  if (body !== undefined || !WITHOUT_BODY.has(type)) within('Body text', body, type === 'list' ? 4096 : 1024)
  if (isObject(footer)) within('Footer text', footer.text, 60)
  if (isObject(header) && header.type === 'text') within('Header text', header.text, 60)
  return {
    ...(isObject(header) && { header }),
    ...(typeof body === 'string' && { body }),
    ...(isObject(footer) && { footer: String(footer.text) }),
    buttons: kind(action),
  }
}

function checkReplyButtons(action: Json): RenderedButton[] {
  const buttons = action.buttons
  if (!Array.isArray(buttons) || buttons.length < 1 || buttons.length > 3) {
    throw wrong('Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3')
  }
  const made = buttons.map(button => {
    const reply: Json = isObject(button) && isObject(button.reply) ? button.reply : {}
    const id = within('Button id', reply.id, 256)
    return { type: 'reply', text: within('Button title', reply.title, 20), id }
  })
  if (hasRepeats(made.map(one => one.id)) || hasRepeats(made.map(one => one.text))) {
    throw wrong('Button ids and titles must be unique')
  }
  return made
}

function checkList(action: Json): RenderedButton[] {
  within('Button text', action.button, 20)
  const sections = action.sections
  if (!Array.isArray(sections) || sections.length < 1 || sections.length > 10) {
    throw wrong('Invalid sections count. Min allowed sections: 1, Max allowed sections: 10')
  }
  const rows = sections.flatMap(section => {
    if (!isObject(section) || !Array.isArray(section.rows)) throw wrong('Every section needs rows')
    if (sections.length > 1 || section.title !== undefined) within('Section title', section.title, 24)
    return section.rows.map(checkRow)
  })
  if (rows.length < 1 || rows.length > 10) throw wrong('Total row count exceed max allowed count: 10')
  if (hasRepeats(rows.map(row => row.id))) throw wrong('Duplicated row id')
  return rows
}

function checkRow(row: unknown) {
  const { id, title, description }: Json = isObject(row) ? row : {}
  if (description !== undefined && description !== '') within('Row description', description, 72)
  return { type: 'row', text: within('Row title', title, 24), id: within('Row id', id, 200) }
}

function checkLink(action: Json): RenderedButton[] {
  const { display_text, url } = parametersOf(action)
  const text = within('Button text', display_text, 20)
  if (typeof url !== 'string' || !/^https?:\/\/[^\s/]+/i.test(url))
    throw wrong('The url of the button is not valid')
  return [{ type: 'url', text, url }]
}

function within(name: string, value: unknown, most: number): string {
  if (value === undefined || value === null) throw new GraphError(131008, { details: `${name} is missing` })
  if (typeof value === 'string' && value.length >= 1 && [...value].length <= most) return value
  throw wrong(`${name} length invalid. Min length: 1, Max length: ${most}`)
}

const wrong = (details: string) => new GraphError(131009, { details })
const parametersOf = (action: Json): Json => (isObject(action.parameters) ? action.parameters : {})
const textOr = (value: unknown, fallback: string) => (typeof value === 'string' ? value : fallback)
const hasRepeats = (values: (string | undefined)[]) => new Set(values).size < values.length
