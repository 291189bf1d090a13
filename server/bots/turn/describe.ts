// A message of any kind in words, for engines that read text. `spoken` are the sender's own words; everything else is a
// description in brackets, from which a model can tell what came.

import { at, listAt, textAt } from '../../messages/kinds/look.ts'

export type Described = { text: string; spoken: boolean }

export function describe(type: string, content: unknown, template: unknown = null): Described {
  const spoken = spokenText(type, content)
  const brackets = bracketsOf(type, content, template)
  const text = [brackets, spoken].filter(part => part !== undefined && part !== '').join(' ')
  return { text, spoken: spoken !== undefined && spoken !== '' }
}

function spokenText(type: string, content: unknown): string | undefined {
  switch (type) {
    case 'text':
      return textAt(content, 'body')
    case 'button':
      return textAt(content, 'text') ?? textAt(content, 'payload')
    case 'interactive':
      return chosen(content) ?? textAt(content, 'body', 'text')
    case 'image':
    case 'video':
    case 'document':
      return textAt(content, 'caption')
    case 'order':
      return textAt(content, 'text')
    default:
      return undefined
  }
}

function chosen(content: unknown): string | undefined {
  return textAt(content, 'button_reply', 'title') ?? textAt(content, 'list_reply', 'title')
}

function bracketsOf(type: string, content: unknown, template: unknown): string | undefined {
  switch (type) {
    case 'text':
    case 'button':
      return undefined
    case 'interactive': {
      const form = at(content, 'nfm_reply', 'response')
      return form === undefined || form === null ? undefined : `[form ${short(form)}]`
    }
    case 'image':
      return '[picture]'
    case 'audio':
      return at(content, 'voice') === true ? '[voice message]' : '[audio]'
    case 'document':
      return `[document${named(textAt(content, 'filename'))}]`
    case 'location': {
      const [latitude, longitude] = [at(content, 'latitude'), at(content, 'longitude')]
      const place = [textAt(content, 'name'), textAt(content, 'address')].filter(Boolean).join(', ')
      return `[location ${String(latitude)}, ${String(longitude)}${named(place)}]`
    }
    case 'contacts': {
      const list = Array.isArray(content) ? content : []
      return `[contact card${named(list.map(card => textAt(card, 'name', 'formatted_name') ?? '').join(', '))}]`
    }
    case 'order':
      return `[order ${short(listAt(content, 'product_items'))}]`
    case 'template':
      return `[template${named(textAt(template, 'name') ?? textAt(content, 'name'))}${named(parameters(content))}]`
    default:
      return `[${type}]`
  }
}

/** What a template was filled in with. */
function parameters(content: unknown): string {
  return listAt(content, 'components')
    .flatMap(component => listAt(component, 'parameters'))
    .flatMap(parameter => textAt(parameter, 'text') ?? [])
    .join(', ')
}

function named(name: string | undefined): string {
  return name === undefined || name === '' ? '' : ` ${name.slice(0, 200).toWellFormed()}`
}

function short(value: unknown): string {
  return (JSON.stringify(value) ?? '').slice(0, 1000).toWellFormed()
}
