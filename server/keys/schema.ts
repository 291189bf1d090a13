// API keys and tenants as the world sees them.

import Type, { type Static } from 'typebox'
import { SCOPES } from '../http/route.ts'

const time = (description: string) => Type.String({ format: 'date-time', description })
const nullable = (description: string) => Type.Union([time(description), Type.Null()])

const MAX_RPM = 1_000_000

const fields = {
  id: Type.String({ format: 'uuid' }),
  name: Type.String(),
  prefix: Type.String({ description: 'The first 12 characters of the newest secret.' }),
  scopes: Type.Array(Type.String()),
  owner: Type.Boolean({ description: 'An owner key has every right in its tenant.' }),
  sandbox: Type.Boolean({ description: 'A cm_test_ key, which reaches sandbox numbers only.' }),
  rate_limit_rpm: Type.Integer({ description: 'Requests a minute.' }),
  expires_at: nullable('From then on the key is refused.'),
  last_used_at: nullable('To the minute.'),
  created_at: time('When the key was made.'),
}

const secret = Type.String({ description: 'The key itself. It is shown this once, and kept nowhere.' })

export const Key = Type.Object(fields, { $id: 'Key' })

export const CreatedKey = Type.Object({ ...fields, key: secret }, { $id: 'CreatedKey' })

export const RotatedKey = Type.Object(
  {
    ...fields,
    key: secret,
    previous_valid_until: nullable('How long the secrets before this one still work.'),
  },
  { $id: 'RotatedKey' },
)

const name = Type.String({ minLength: 1, maxLength: 100 })
const scopes = Type.Array(Type.Enum([...SCOPES, '*']), {
  minItems: 1,
  uniqueItems: true,
  description: 'What the key may do: only what the calling key may do itself. `*` is everything.',
})
const rate_limit_rpm = Type.Integer({ minimum: 1, maximum: MAX_RPM, description: 'Requests a minute.' })

const expires_at = nullable('When the key ends; null: never.')

export const NewKey = Type.Object(
  {
    name: Type.Optional(name),
    scopes: Type.Optional(scopes),
    rate_limit_rpm: Type.Optional(rate_limit_rpm),
    expires_at: Type.Optional(expires_at),
    sandbox: Type.Optional(Type.Boolean({ description: 'Makes a cm_test_ key.' })),
    owner: Type.Optional(Type.Boolean({ description: 'Makes a further owner key. Only an owner key may.' })),
  },
  { additionalProperties: false },
)

export const KeyPatch = Type.Object(
  {
    name: Type.Optional(name),
    scopes: Type.Optional(scopes),
    rate_limit_rpm: Type.Optional(rate_limit_rpm),
    expires_at: Type.Optional(expires_at),
  },
  { additionalProperties: false },
)

export const Rotation = Type.Object(
  {
    overlap_seconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 2_592_000,
        description: 'How long the old secret still works; 0 ends it at once. Default 86400, a day.',
      }),
    ),
  },
  { additionalProperties: false },
)

export const NewTenant = Type.Object({ name }, { additionalProperties: false })

const tenant = {
  id: Type.String({ format: 'uuid' }),
  name: Type.String(),
  created_at: time('When it was made.'),
}

export const Tenant = Type.Object(tenant, { $id: 'Tenant' })

export const CreatedTenant = Type.Object({ ...tenant, owner_key: secret }, { $id: 'CreatedTenant' })

export type NewKeyInput = Static<typeof NewKey>
export type KeyPatchInput = Static<typeof KeyPatch>
