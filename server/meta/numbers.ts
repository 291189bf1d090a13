// Reading a business phone number and registering it with the Cloud API.

import { succeeded, textOf } from './answers.ts'
import type { Graph } from './graph.ts'
import { type Result, request } from './request.ts'

export type NumberInfo = {
  phone_number_id: string
  display_phone_number: string
  verified_name: string | null
  code_verification_status: string | null
  quality_rating: string | null
  messaging_limit: string | null
  throughput_level: string | null
  status: string | null
  name_status: string | null
  platform_type: string | null
  /** The number is used in the WhatsApp Business app as well. */
  coexistence: boolean
  /** Where Meta sends webhooks about this number, instead of the account's or the app's address. */
  override_callback_uri: string | null
}

/** Graph v24 replaced messaging_limit_tier; asking an older version for the new field is an error. */
export function numberFields(version: string): string {
  const limit = Number(/^v(\d+)/.exec(version)?.[1] ?? 0) >= 24
  return [
    'id',
    'display_phone_number',
    'verified_name',
    'code_verification_status',
    'quality_rating',
    'platform_type',
    'throughput',
    'status',
    'name_status',
    'is_on_biz_app',
    'webhook_configuration',
    limit ? 'whatsapp_business_manager_messaging_limit' : 'messaging_limit_tier',
  ].join(',')
}

export function readNumber(
  graph: Graph,
  token: string,
  phone_number_id: string,
): Promise<Result<NumberInfo>> {
  return request(graph, {
    name: 'phone_number.read',
    method: 'GET',
    path: `/${encodeURIComponent(phone_number_id)}`,
    token,
    query: { fields: numberFields(graph.version) },
    idempotent: true,
    parse: parseNumber,
  })
}

export function parseNumber(body: unknown): NumberInfo | undefined {
  const number = body as Record<string, unknown> | null
  if (!number || number.id === undefined || typeof number.display_phone_number !== 'string') return undefined
  const throughput = number.throughput as { level?: unknown } | undefined
  return {
    phone_number_id: String(number.id),
    display_phone_number: number.display_phone_number,
    verified_name: textOf(number.verified_name),
    code_verification_status: textOf(number.code_verification_status),
    quality_rating: textOf(number.quality_rating),
    messaging_limit: textOf(number.whatsapp_business_manager_messaging_limit ?? number.messaging_limit_tier),
    throughput_level: textOf(throughput?.level),
    status: textOf(number.status),
    name_status: textOf(number.name_status),
    platform_type: textOf(number.platform_type),
    coexistence: number.is_on_biz_app === true,
    override_callback_uri: textOf(
      (number.webhook_configuration as { phone_number?: unknown } | undefined)?.phone_number,
    ),
  }
}

/** From then on its webhooks go where the account's, or the app's, do. */
export function removeCallback(graph: Graph, token: string, phone_number_id: string): Promise<Result<true>> {
  return request<true>(graph, {
    name: 'phone_number.callback',
    method: 'POST',
    path: `/${encodeURIComponent(phone_number_id)}`,
    token,
    body: { webhook_configuration: { override_callback_uri: '' } },
    idempotent: true,
    parse: succeeded,
  })
}

/** Each number may be registered ten times in 72 hours, so a lost answer is not repeated here. */
export function registerNumber(
  graph: Graph,
  token: string,
  phone_number_id: string,
  pin: string,
): Promise<Result<true>> {
  return request(graph, {
    name: 'phone_number.register',
    method: 'POST',
    path: `/${encodeURIComponent(phone_number_id)}/register`,
    token,
    body: { messaging_product: 'whatsapp', pin },
    idempotent: false,
    parse: succeeded,
  })
}
