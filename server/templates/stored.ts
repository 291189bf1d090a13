// Components in the spelling in which Meta gives them back: types and formats in upper case.

import { asPart, upper } from './variables.ts'

type Part = Record<string, unknown>

export function asStored(components: readonly unknown[]): Part[] {
  return components.map(component => {
    const part = asPart(component)
    const stored: Part = { ...part, type: upper(part.type) }
    if (typeof part.format === 'string') stored.format = part.format.toUpperCase()
    if (Array.isArray(part.buttons)) {
      stored.buttons = part.buttons.map(button => ({ ...asPart(button), type: upper(asPart(button).type) }))
    }
    if (Array.isArray(part.cards)) {
      stored.cards = part.cards.map(card => {
        const inside = asPart(card).components
        return { ...asPart(card), components: asStored(Array.isArray(inside) ? inside : []) }
      })
    }
    return stored
  })
}

export function partOf(components: readonly unknown[], type: string): Part | undefined {
  return components.map(asPart).find(part => upper(part.type) === type)
}

export function textOfPart(components: readonly unknown[], type: string): string | undefined {
  const text = partOf(components, type)?.text
  return typeof text === 'string' ? text : undefined
}
