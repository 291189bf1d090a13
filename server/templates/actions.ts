// The actions of buttons that open something: a Flow, the catalogue, a choice of products; and what a call button takes.

import type { Issue } from '../kit/errors.ts'
import { asPart } from './variables.ts'

const MAX_SECTIONS = 10
const MAX_PRODUCTS = 30

type Fields = Record<string, unknown>

export function actionIssues(sub_type: string | undefined, value: unknown, param: string): Issue[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ param, message: 'This must be an object (the action of the button).' }]
  }
  const action = value as Fields
  if (sub_type === 'flow') return flowIssues(action, param)
  const thumbnail = optionalText(action, 'thumbnail_product_retailer_id', param)
  if (sub_type !== 'mpm') return thumbnail
  const needed = action.thumbnail_product_retailer_id === undefined
  const missing = {
    param: `${param}.thumbnail_product_retailer_id`,
    message: 'Name the product to show first.',
  }
  return [...(needed ? [missing] : thumbnail), ...sectionIssues(action.sections, `${param}.sections`)]
}

function flowIssues(action: Fields, param: string): Issue[] {
  const data = action.flow_action_data
  const isObject = typeof data === 'object' && data !== null && !Array.isArray(data)
  return [
    ...optionalText(action, 'flow_token', param),
    ...(data === undefined || isObject
      ? []
      : [{ param: `${param}.flow_action_data`, message: 'This must be an object.' }]),
  ]
}

function sectionIssues(sections: unknown, param: string): Issue[] {
  if (!Array.isArray(sections) || sections.length < 1 || sections.length > MAX_SECTIONS) {
    return [{ param, message: `This must be a list of 1 to ${MAX_SECTIONS} sections.` }]
  }
  let products = 0
  const issues = sections.flatMap((item, at): Issue[] => {
    const section = asPart(item)
    const where = `${param}[${at}]`
    const items = Array.isArray(section.product_items) ? section.product_items : []
    products += items.length
    const untitled = sections.length > 1 && section.title === undefined
    return [
      ...(untitled
        ? [{ param: `${where}.title`, message: 'With several sections each needs a title.' }]
        : []),
      ...optionalText(section, 'title', where),
      ...(items.length === 0
        ? [{ param: `${where}.product_items`, message: 'This must be a list of at least one product.' }]
        : []),
      ...items.flatMap((product, n) => requiredId(asPart(product), `${where}.product_items[${n}]`)),
    ]
  })
  if (products > MAX_PRODUCTS) {
    issues.push({ param, message: `There are ${products} products; Meta allows ${MAX_PRODUCTS}.` })
  }
  return issues
}

function requiredId(product: Fields, param: string): Issue[] {
  const id = product.product_retailer_id
  return typeof id === 'string' && id !== ''
    ? []
    : [{ param: `${param}.product_retailer_id`, message: 'This must be a text.' }]
}

function optionalText(fields: Fields, name: string, param: string): Issue[] {
  const value = fields[name]
  return value === undefined || (typeof value === 'string' && value !== '')
    ? []
    : [{ param: `${param}.${name}`, message: 'This must be a text, and not empty.' }]
}

/** `payload` and `ttl_minutes`, at most both; Carom passes them on as they are. */
export function callIssues(parameters: Fields[], param: string): Issue[] {
  if (parameters.length > 2)
    return [{ param, message: 'A call button takes ttl_minutes and payload, no more.' }]
  return parameters.flatMap((parameter, at): Issue[] => {
    const type = String(parameter.type ?? '').toLowerCase()
    const where = `${param}[${at}]`
    if (type === 'payload') {
      const { payload } = parameter
      return typeof payload === 'string' && payload !== ''
        ? []
        : [{ param: `${where}.payload`, message: 'This must be a text.' }]
    }
    const minutes = parameter.ttl_minutes
    if (type !== 'ttl_minutes')
      return [{ param: `${where}.type`, message: 'This must be ttl_minutes or payload.' }]
    return Number.isInteger(minutes) && (minutes as number) > 0
      ? []
      : [{ param: `${where}.ttl_minutes`, message: 'This must be a whole number of minutes.' }]
  })
}
