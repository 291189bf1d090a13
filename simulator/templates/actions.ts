// The parameters of buttons that open something: a flow, a catalog, some products, a call.

import { GraphError } from '../graph/errors.ts'
import type { Json } from '../world.ts'
import { type Check, formatMismatch, isObject, needText, wrongContent } from './parameters.ts'

const SECTIONS = 10
const PRODUCTS = 30

export function checkAction(type: string, at: number, parameters: Json[], check: Check) {
  const where = `buttons: index ${at}`
  if (type === 'voice_call') return parameters.forEach(parameter => void checkCall(where, parameter))
  const [parameter] = parameters
  if (String(parameter?.type ?? '').toLowerCase() !== 'action')
    throw formatMismatch(where, 'ACTION', String(parameter?.type ?? ''))
  const action = parameter?.action
  if (!isObject(action)) throw new GraphError(131008, { details: `${where}: the action is missing` })
  if (type === 'flow') checkFlow(where, action)
  if (type === 'catalog' && action.thumbnail_product_retailer_id !== undefined)
    needText(where, action, 'thumbnail_product_retailer_id')
  if (type === 'mpm') checkProducts(where, action, check)
}

function checkFlow(where: string, { flow_token, flow_action_data }: Json) {
  if (flow_token !== undefined && (typeof flow_token !== 'string' || flow_token === ''))
    throw new GraphError(100, { details: `${where}: flow_token must be a string` })
  if (flow_action_data !== undefined && !isObject(flow_action_data))
    throw new GraphError(100, { details: `${where}: flow_action_data must be an object` })
}

function checkProducts(where: string, action: Json, check: Check) {
  needText(where, action, 'thumbnail_product_retailer_id')
  const { sections } = action
  if (!Array.isArray(sections) || !sections.every(isObject) || sections.length === 0)
    throw new GraphError(131008, { details: `${where}: sections are missing` })
  if (sections.length > SECTIONS) throw wrongContent(check, `${where}: more than ${SECTIONS} sections`)
  let products = 0
  for (const section of sections) {
    if (sections.length > 1 || section.title !== undefined) needText(where, section, 'title')
    const items = section.product_items
    if (!Array.isArray(items) || items.length === 0 || !items.every(isObject))
      throw new GraphError(131008, { details: `${where}: product_items are missing` })
    for (const item of items) needText(where, item, 'product_retailer_id')
    products += items.length
  }
  if (products > PRODUCTS) throw wrongContent(check, `${where}: more than ${PRODUCTS} products`)
}

function checkCall(where: string, parameter: Json) {
  const type = String(parameter.type ?? '').toLowerCase()
  if (type === 'payload') return needText(where, parameter, 'payload')
  const minutes = parameter.ttl_minutes
  if (type === 'ttl_minutes' && typeof minutes === 'number' && Number.isInteger(minutes) && minutes > 0)
    return
  throw formatMismatch(where, 'TTL_MINUTES', type)
}
