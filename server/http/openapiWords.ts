// The prose of the API reference: its first screen, the sections with a sentence each, and the headers that many
// operations share.

import type { Json } from './openapiSchema.ts'
import type { Route } from './route.ts'

/** The first screen of /docs: what a newcomer does first. */
export const introduction = `One key in front of Meta's WhatsApp Cloud API: durable sends, session windows kept, templates checked, every error explained.

## Start here

**1. Have a key.** The first start of Carom shows the owner key once. It begins with \`cm_live_\`. Make others, with fewer rights, at \`POST /api/v1/keys\`.

**2. Send it with every call**, as \`Authorization: Bearer cm_live_…\` (or as \`X-API-Key\`). On this page, put it into the *Authentication* box, and every example can be tried from here.

**3. Send a message.** In sandbox mode nothing leaves this machine: the number below and Ada's phone are simulated.

\`\`\`bash
export CAROM=SERVER/api/v1
export CAROM_KEY=cm_live_…

curl $CAROM/whatsapp/messages/template \\
  -H "Authorization: Bearer $CAROM_KEY" \\
  -H "Idempotency-Key: first-message" \\
  --json '{
    "phone_number_id": "500100200300401",
    "to": "+15550101001",
    "template": "hello_world",
    "language": "en_US"
  }'
\`\`\`

It answers \`201\` with the message.

**4. Watch it arrive:** \`GET /api/v1/whatsapp/messages/:message_id\` tells \`sent\`, \`delivered\`, \`read\`, and a webhook of your own (\`POST /api/v1/webhooks\`) is told the same.

## Good to know

- **JSON** in and out, \`snake_case\`, times in UTC (\`2026-11-23T06:38:00.000Z\`). Unknown fields are refused, with the nearest known name.
- **Repeat safely:** send an \`Idempotency-Key\` with every POST, PUT, PATCH and DELETE. A repeat answers the first response again, byte for byte, for 24 hours.
- **Session window:** free text reaches a contact only within 24 hours of their last message. Outside of it send a template, or add \`fallback\` to the text.
- **Lists** answer \`{"data": […], "next_cursor": …}\`; ask for the next page with \`?cursor=\`. \`limit\` is 1 to 100.
- **Errors** are all of one shape, \`{"error": {"type", "code", "message", …}}\`. \`message\` says what is wrong and what to do; \`meta\` carries what Meta answered, who can fix it, and when to try again.
- **Limits:** \`X-RateLimit-Remaining\` counts down; a \`429\` says in \`Retry-After\` when to come back.`

/** The sections in the order in which a reader needs them. A tag that is not here comes after them. */
const sections: readonly (readonly [name: string, sentence: string])[] = [
  ['Messages', 'Send text, templates, media and interactive messages, and see what became of them.'],
  [
    'Templates',
    'Messages that Meta has approved: the only ones that may be sent outside the session window.',
  ],
  ['Media', 'Upload files to send, and download what contacts have sent.'],
  ['Contacts', 'Who is who: phone numbers, business-scoped user ids, names and consent.'],
  ['Campaigns', 'One template to many recipients, paced, watched and accounted for.'],
  ['Analytics', 'What was delivered, read and answered, and what it cost.'],
  ['Conversations', 'Threads with contacts: read, hand over, draft a reply.'],
  ['Bots', 'Automatic replies from knowledge, a language model, or a webhook of yours.'],
  ['Knowledge', 'What a bot may answer from.'],
  ['Onboarding', "Connect a WhatsApp Business Account, by Meta's Embedded Signup or by hand."],
  ['Accounts', 'The connected WhatsApp Business Accounts.'],
  ['Phone numbers', 'The business phone numbers, their quality, limits and bots.'],
  ['Webhooks', 'Your own endpoints, which are told of every event in order, signed and retried.'],
  ['Events', 'Everything that happened in the last weeks, to read on from where you were, or to follow.'],
  ['Keys', 'API keys: scopes, rate limits, rotation.'],
  ['Tenants', 'Separate customers on one installation.'],
  ['Operations', 'Health, readiness and metrics, and where Meta calls.'],
]

/** The name under which a route's tag is shown: `phone_numbers` and `Phone numbers` are the same section. */
export function sectionName(tag: string): string {
  const same = (name: string) => name.toLowerCase().replace(/[_-]/g, ' ')
  return sections.find(([name]) => same(name) === same(tag))?.[0] ?? tag
}

export function tagList(routes: readonly Route[]): Json[] {
  const used = new Set(routes.map(route => sectionName(route.tag)))
  const known = sections.filter(([name]) => used.delete(name))
  const others = [...used].map(name => ({ name }))
  return [...known.map(([name, description]) => ({ name, description })), ...others]
}

export const sharedParameters: Json = {
  IdempotencyKey: {
    in: 'header',
    name: 'Idempotency-Key',
    required: false,
    description:
      'Makes the call safe to repeat for 24 hours: the same key and body answer the first response again.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x20-\\x7e]+$' },
  },
  Prefer: {
    in: 'header',
    name: 'Prefer',
    required: false,
    description: '`respond-async` stores the message and answers 202 at once; it is sent a moment later.',
    schema: { type: 'string' },
  },
  RequestId: {
    in: 'header',
    name: 'X-Request-Id',
    required: false,
    description: 'A name of yours for this request; it comes back in the reply and is found in the logs.',
    schema: { type: 'string' },
  },
}

export const sharedHeaders: Json = {
  'X-Request-Id': header('The name of this request, in the logs too.', { type: 'string' }),
  'X-RateLimit-Limit': header('Requests that this key may make in a minute.', { type: 'integer' }),
  'X-RateLimit-Remaining': header('Requests that are left in this minute.', { type: 'integer' }),
  'Retry-After': header('Seconds to wait before trying again.', { type: 'integer' }),
  'Idempotent-Replayed': header('`true` where this is the stored answer of an earlier request.', {
    type: 'string',
    enum: ['true'],
  }),
}

function header(description: string, schema: Json): Json {
  return { description, schema }
}

export const securitySchemes: Json = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'Your API key: `Authorization: Bearer cm_live_…` (or `cm_test_…` for sandbox numbers).',
  },
  api_key: {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: 'The same key, in a header of its own.',
  },
}
