// The calls that send: a template, and one for every kind of content. They differ in their fields; the walk is the same.

import type { TSchema } from 'typebox'
import { type Call, type Reply, type Route, route } from '../http/route.ts'
import { errors, examples, type SendExample } from './documented.ts'
import { KINDS, type KindName } from './kinds/checkContent.ts'
import type { Kind } from './kinds/kind.ts'
import { recoverSend } from './recover.ts'
import type { Messages } from './room.ts'
import { bodyOf, type Common, Message, TemplateBody } from './schema.ts'
import { type Draft, send } from './send.ts'

const PATHS: [kind: KindName, path: string, summary: string][] = [
  ['text', '', 'Send a text'],
  ['media', '/media', 'Send an image, a video, audio, a document or a sticker'],
  ['interactive', '/interactive', 'Send buttons, a list, a Flow, products, a carousel or a request'],
  ['location', '/location', 'Send a location'],
  ['contacts', '/contacts', 'Send contact cards'],
  ['reaction', '/reaction', 'React to a message with an emoji'],
]

export function sendRoutes(messages: Messages): Route[] {
  const [text, ...rest] = PATHS.map(([kind, path, summary]) => kindRoute(messages, kind, path, summary))
  return [text as Route, templateRoute(messages), ...rest]
}

function kindRoute(messages: Messages, name: KindName, path: string, summary: string): Route {
  const kind: Kind = KINDS[name]
  return sendRoute(messages, {
    path: `/whatsapp/messages${path}`,
    summary,
    body: bodyOf(kind.fields, { quotes: name !== 'reaction' }),
    rules: kind.rules,
    example: examples[name],
    draftOf: body => draftOf(kind, body as Common),
  })
}

/** The schema has been checked: what is not common to all sends is the kind's own. */
function draftOf(kind: Kind, body: Common): Draft {
  const { phone_number_id, to, reply_to, client_ref, fallback, ignore_window, ...own } = body
  return {
    phone_number_id,
    to,
    ...(reply_to === undefined ? {} : { reply_to }),
    ...(client_ref === undefined ? {} : { client_ref }),
    ...(fallback === undefined ? {} : { fallback }),
    ...(ignore_window === undefined ? {} : { ignore_window }),
    ...kind.wire(own as never),
    media: kind.media(own as never),
  }
}

function templateRoute(messages: Messages): Route {
  return sendRoute(messages, {
    path: '/whatsapp/messages/template',
    summary: 'Send a template',
    body: TemplateBody,
    example: examples.template,
    draftOf: body => {
      const { template, language, components, variables, ...rest } = body as TemplateBody
      return {
        ...rest,
        type: 'template',
        template: {
          template,
          language,
          ...(components === undefined ? {} : { components }),
          ...(variables === undefined ? {} : { variables }),
        },
      }
    },
  })
}

type SendRoute = {
  path: string
  summary: string
  body: TSchema
  rules?: Kind['rules']
  example: SendExample
  draftOf(body: unknown): Draft
}

function sendRoute(messages: Messages, { draftOf, ...rest }: SendRoute): Route {
  return route({
    ...rest,
    method: 'POST',
    scope: 'whatsapp:send',
    tag: 'Messages',
    description:
      'Answers 201 once Meta has taken the message. With the header `Prefer: respond-async` it is stored and answered 202 at once, and sent by the dispatcher.',
    replies: { 201: Message, 202: Message },
    errors: errors.send,
    audited: false,
    idempotency: 'recover',
    recover: (call, idempotencyId) => recoverSend(messages, call.tenant_id, idempotencyId),
    handle: call => answerSend(messages, call, draftOf(call.body)),
  })
}

async function answerSend(messages: Messages, call: Call, draft: Draft): Promise<Reply> {
  const later = prefersAsync(call.headers.prefer)
  const { caller, began_ms, idempotency_id } = call
  const message = await send(messages, draft, { caller, began_ms, idempotency_id, later })
  call.noted.message_id = message.id
  const headers: Record<string, string> = later ? { 'preference-applied': 'respond-async' } : {}
  return { status: later ? 202 : 201, body: message, headers }
}

function prefersAsync(prefer: string | string[] | undefined): boolean {
  return prefer !== undefined && /(^|[,;\s])respond-async([,;\s]|$)/i.test(String(prefer))
}
