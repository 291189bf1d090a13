// Puts checked parameters together as the components that Meta wants: parts without variables are left out.

import type { MetaComponent, Supplied } from './bind.ts'
import type { Parameter } from './parameters.ts'
import { asPart, type Readable, upper, type Variable } from './variables.ts'

export function buildComponents(
  template: Readable,
  variables: Variable[],
  supplied: Supplied,
): MetaComponent[] {
  const components = componentsOf(variables, supplied, undefined)
  const carousel = template.components.map(asPart).find(part => upper(part.type) === 'CAROUSEL')
  const cards = Array.isArray(carousel?.cards) ? carousel.cards : []
  if (cards.length > 0 && variables.some(variable => variable.card_index !== undefined)) {
    components.push({
      type: 'carousel',
      cards: cards.map((_, card_index) => ({
        card_index,
        components: componentsOf(variables, supplied, card_index),
      })),
    })
  }
  return [...components, ...supplied.extras]
}

function componentsOf(
  variables: Variable[],
  supplied: Supplied,
  card_index: number | undefined,
): MetaComponent[] {
  const own = variables.filter(variable => variable.card_index === card_index)
  const plain = (['header', 'limited_time_offer', 'body'] as const).flatMap(type => {
    const parameters = own
      .filter(variable => variable.component === type)
      .flatMap(variable => parameterOf(variable, supplied))
    return parameters.length === 0 ? [] : [{ type, parameters }]
  })
  const buttons = own
    .filter(variable => variable.component === 'button')
    .flatMap(variable => {
      const parameters = parameterOf(variable, supplied)
      const { sub_type, index } = variable
      return parameters.length === 0 ? [] : [{ type: 'button', sub_type, index: String(index), parameters }]
    })
  return [...plain, ...buttons]
}

/** Meta wants a Flow's parameter although everything in it is optional; "unused" is its own default token. */
function parameterOf(variable: Variable, supplied: Supplied): Parameter[] {
  const given = supplied.parameters.get(variable)
  if (given) return [{ ...given.parameter, type: String(given.parameter.type).toLowerCase() }]
  return variable.sub_type === 'flow' ? [{ type: 'action', action: { flow_token: 'unused' } }] : []
}
