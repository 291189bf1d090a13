// A small, realistic route table for the tests of the API reference. Nothing of it is served by the gateway.

import Type from 'typebox'
import { type Route, route } from '../server/http/route.ts'

const Id = Type.String({ format: 'uuid', description: "Carom's id." })
const Time = Type.String({ format: 'date-time' })

const Contact = Type.Object(
  { id: Id, phone: Type.Union([Type.String(), Type.Null()]), name: Type.Union([Type.String(), Type.Null()]) },
  { $id: 'Contact' },
)

const Message = Type.Object(
  {
    id: Id,
    wamid: Type.Union([Type.String(), Type.Null()]),
    to: Type.String(),
    contact: Contact,
    status: Type.Union([Type.Literal('queued'), Type.Literal('sending'), Type.Literal('accepted')]),
    campaign_id: Type.Union([Id, Type.Null()]),
    created_at: Time,
  },
  { $id: 'Message', description: 'A message, and how far it has come.' },
)

const message = {
  id: '019ab0f2-7d3e-7c41-9a55-3f0c2b8e6d17',
  wamid: 'wamid.HBgLMTU1NTAxMDEwMDEVAgARGBI=',
  to: '+15550101001',
  contact: { id: '019ab0f2-7d3e-7c41-9a55-3f0c2b8e6d18', phone: '+15550101001', name: 'Ada' },
  status: 'accepted',
  campaign_id: null,
  created_at: '2026-11-23T06:38:00.000Z',
}

const Text = Type.Object(
  {
    phone_number_id: Type.String({ description: "Carom's id of the number, or Meta's." }),
    to: Type.String({ description: 'A phone number with its country code, or a business-scoped user id.' }),
    text: Type.String({ minLength: 1, maxLength: 4096, description: 'What to say.' }),
    preview_url: Type.Optional(Type.Boolean({ description: 'Shows a preview of the first link.' })),
  },
  { additionalProperties: false },
)

const nobody = async () => ({ status: 200 })

export function exampleRoutes(): Route[] {
  return [
    route({
      method: 'GET',
      path: '/keys',
      scope: 'keys:read',
      tag: 'keys',
      summary: 'List API keys',
      replies: { 200: Type.Object({ data: Type.Array(Type.Object({ id: Id })) }) },
      errors: [],
      handle: nobody,
    }),
    ...messageRoutes(),
    route({
      method: 'GET',
      path: '/healthz',
      root: true,
      scope: 'public',
      tag: 'operations',
      summary: 'Is the process alive?',
      replies: { 200: Type.Object({ status: Type.Literal('ok') }) },
      errors: [],
      example: { reply: { status: 'ok' } },
      handle: nobody,
    }),
    route({
      method: 'POST',
      path: '/webhooks/whatsapp',
      scope: 'public',
      tag: 'operations',
      summary: 'Where Meta calls',
      raw: true,
      replies: { 200: null },
      errors: ['invalid_signature'],
      hidden: true,
      handle: nobody,
    }),
  ]
}

function messageRoutes(): Route[] {
  return [
    route({
      method: 'POST',
      path: '/whatsapp/messages',
      scope: 'whatsapp:send',
      tag: 'messages',
      summary: 'Send a text message',
      description: 'Reaches contacts whose session window is open. Outside of it, send a template.',
      body: Text,
      replies: { 201: Message, 202: Message },
      errors: ['session_window_closed', 'meta_rejected', 'meta_unavailable', 'invalid_phone_number'],
      example: {
        body: { phone_number_id: '500100200300401', to: '+15550101001', text: 'Your parcel is on its way.' },
        reply: message,
      },
      idempotency: 'recover',
      handle: nobody,
    }),
    route({
      method: 'GET',
      path: '/whatsapp/messages/:message_id',
      scope: 'whatsapp:read',
      tag: 'messages',
      summary: 'Read one message',
      params: Type.Object({ message_id: Type.String({ description: 'Our id or a wamid.' }) }),
      query: Type.Object({
        limit: Type.Optional(
          Type.Integer({ minimum: 1, maximum: 100, default: 25, description: 'How many.' }),
        ),
      }),
      replies: { 200: Message },
      errors: ['not_found'],
      example: { reply: message },
      handle: nobody,
    }),
    route({
      method: 'POST',
      path: '/whatsapp/media',
      scope: 'whatsapp:send',
      tag: 'media',
      summary: 'Upload a file',
      raw: true,
      body: Type.Object(
        { file: Type.String({ format: 'binary' }), phone_number_id: Type.Optional(Type.String()) },
        { contentMediaType: 'multipart/form-data' },
      ),
      replies: {
        201: Type.Object({ media_id: Type.String(), at: Type.Tuple([Type.Integer(), Type.Integer()]) }),
      },
      errors: [],
      handle: nobody,
    }),
  ]
}
