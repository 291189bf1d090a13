// Uploaded files in the headers of a template and of its cards, and where in the request body they stand.

import type { MediaUse } from './kind.ts'
import { at, listAt, textAt } from './look.ts'

type Choice = { components?: object[]; variables?: Record<string, unknown> }

/** `bound` are the components for Meta that were made of the choice; `prefix` is where the choice stands. */
export function templateMedia(choice: Choice, bound: object[], prefix: string): MediaUse[] {
  if (choice.variables === undefined) return usesIn(choice.components ?? [], `${prefix}components`)
  return [
    ...headerUses(bound, `${prefix}variables.header`),
    ...bound
      .flatMap(component => listAt(component, 'cards'))
      .flatMap(card =>
        headerUses(listAt(card, 'components'), `${prefix}variables.card_${at(card, 'card_index')}_header`),
      ),
  ]
}

/** In the long form the path leads to the very id. */
function usesIn(components: unknown[], path: string): MediaUse[] {
  return components.flatMap((component, i) => [
    ...listAt(component, 'parameters').flatMap((parameter, p) => {
      const use = useOf(parameter, '')
      return use ? [{ ...use, param: `${path}[${i}].parameters[${p}].${use.type}.id` }] : []
    }),
    ...listAt(component, 'cards').flatMap((card, c) =>
      usesIn(listAt(card, 'components'), `${path}[${i}].cards[${c}].components`),
    ),
  ])
}

/** In the short form a header has one name. */
function headerUses(components: unknown[], param: string): MediaUse[] {
  return components
    .filter(component => textAt(component, 'type') === 'header')
    .flatMap(component => listAt(component, 'parameters').flatMap(one => useOf(one, param) ?? []))
}

const FILE_TYPES = ['image', 'video', 'document'] as const

function useOf(parameter: unknown, param: string): MediaUse | undefined {
  const type = FILE_TYPES.find(one => one === textAt(parameter, 'type')?.toLowerCase())
  const media_id = type && textAt(parameter, type, 'id')
  return media_id === undefined ? undefined : { param, media_id, type: type as 'image' }
}
