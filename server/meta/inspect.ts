// Looking at how the app and an account are set up at Meta: who hears of webhooks, who pays, what time it is there.

import { succeeded, textOf } from './answers.ts'
import { callGraph, type Graph } from './graph.ts'
import { type Result, request } from './request.ts'

/** The webhook fields that Carom applies or notes. */
export const WEBHOOK_FIELDS: readonly string[] = [
  'messages',
  'message_template_status_update',
  'message_template_quality_update',
  'message_template_components_update',
  'template_category_update',
  'phone_number_quality_update',
  'phone_number_name_update',
  'account_update',
  'account_alerts',
  'account_review_update',
  'business_capability_update',
  'user_preferences',
  'user_id_update',
  'security',
  'calls',
  'business_username_update',
  'flows',
  'partner_solutions',
]

/** For numbers that stay in the WhatsApp Business app as well. */
export const COEXISTENCE_FIELDS: readonly string[] = ['history', 'smb_app_state_sync', 'smb_message_echoes']

export type Subscription = { callback_url: string | null; active: boolean; fields: string[] }

/** Undefined: the app listens to nothing of WhatsApp's. */
export function readSubscription(graph: Graph): Promise<Result<{ found: Subscription | undefined }>> {
  return request(graph, {
    name: 'app.subscriptions',
    method: 'GET',
    path: `/${graph.app_id ?? ''}/subscriptions`,
    token: appToken(graph),
    idempotent: true,
    parse(body) {
      const { data } = body as { data?: unknown }
      if (!Array.isArray(data)) return undefined
      const one = data.find(entry => entry?.object === 'whatsapp_business_account')
      if (!one) return { found: undefined }
      const fields: unknown[] = Array.isArray(one.fields) ? one.fields : []
      return {
        found: {
          callback_url: textOf(one.callback_url),
          active: one.active !== false,
          fields: fields.map(field => String((field as { name?: unknown })?.name ?? field)),
        },
      }
    },
  })
}

/** Meta calls the address first, to see that it answers with the verify token's challenge. */
export function subscribeWebhooks(
  graph: Graph,
  wish: { callback_url: string; verify_token: string; fields: readonly string[] },
): Promise<Result<true>> {
  return request(graph, {
    name: 'app.subscribe',
    method: 'POST',
    path: `/${graph.app_id ?? ''}/subscriptions`,
    token: appToken(graph),
    body: { object: 'whatsapp_business_account', ...wish, fields: wish.fields.join(',') },
    idempotent: true,
    parse: succeeded,
  })
}

export type SubscribedApp = { app_id: string; override_callback_uri: string | null }

export function readSubscribedApps(
  graph: Graph,
  token: string,
  waba_id: string,
): Promise<Result<SubscribedApp[]>> {
  return request(graph, {
    name: 'waba.subscribed_apps',
    method: 'GET',
    path: `/${encodeURIComponent(waba_id)}/subscribed_apps`,
    token,
    idempotent: true,
    parse(body) {
      const { data } = body as { data?: unknown }
      if (!Array.isArray(data)) return undefined
      return data.map(entry => ({
        app_id: String(entry?.whatsapp_business_api_data?.id ?? ''),
        override_callback_uri: textOf(entry?.override_callback_uri),
      }))
    },
  })
}

/** Whether something pays for the account: an answer without the field means no, an error proves nothing. */
export function readFunding(
  graph: Graph,
  token: string,
  waba_id: string,
): Promise<Result<{ funded: boolean }>> {
  return request(graph, {
    name: 'waba.funding',
    method: 'GET',
    path: `/${encodeURIComponent(waba_id)}`,
    token,
    query: { fields: 'primary_funding_id' },
    idempotent: true,
    parse: body => ({
      funded: textOf((body as { primary_funding_id?: unknown }).primary_funding_id) !== null,
    }),
  })
}

/** What any answer of Meta's says about the time, to the second. */
export async function readTime(graph: Graph): Promise<Date | undefined> {
  const answer = await callGraph(graph, {
    ...{ method: 'GET', path: `/${graph.app_id ?? 'me'}/subscriptions`, token: appToken(graph) },
    deadline_ms: 5_000,
  })
  const told = answer.kind === 'answered' ? answer.headers.date : undefined
  const time = new Date(typeof told === 'string' ? told : Number.NaN)
  return Number.isNaN(time.getTime()) ? undefined : time
}

function appToken({ app_id, app_secret }: Graph): string | undefined {
  return app_id && app_secret ? `${app_id}|${app_secret}` : undefined
}
