// Marking an inbound message as read, with or without the typing indicator.

import { succeeded } from './answers.ts'
import type { Graph } from './graph.ts'
import { type Result, request } from './request.ts'

export type Receipt = {
  token: string
  phone_number_id: string
  /** The wamid of the inbound message. */
  message_id: string
  typing: boolean
  deadline_ms_left?: number
}

export function markRead(graph: Graph, receipt: Receipt): Promise<Result<true>> {
  const { token, phone_number_id, message_id, typing, deadline_ms_left } = receipt
  return request(graph, {
    name: 'messages.read',
    method: 'POST',
    path: `/${encodeURIComponent(phone_number_id)}/messages`,
    token,
    body: {
      messaging_product: 'whatsapp',
      status: 'read',
      message_id,
      ...(typing ? { typing_indicator: { type: 'text' } } : {}),
    },
    idempotent: true,
    ...(deadline_ms_left === undefined ? {} : { deadline_ms: deadline_ms_left }),
    parse: succeeded,
  })
}
