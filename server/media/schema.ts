// Media as the world sees it, and the row behind it.

import { type Static, type TSchema, Type } from 'typebox'

const orNull = <T extends TSchema>(schema: T, description: string) =>
  Type.Union([schema, Type.Null()], { description })

export const Media = Type.Object(
  {
    media_id: Type.String({ description: "Meta's id, to be sent as `media_id`." }),
    mime_type: orNull(Type.String(), 'Null while Meta has not told it.'),
    size: orNull(Type.Integer(), 'In bytes. Null while Meta has not told it.'),
    sha256: orNull(Type.String(), 'Of the bytes, in hex. Null while Meta has not told it.'),
    filename: orNull(Type.String(), 'As it was uploaded or sent.'),
    phone_number_id: Type.String({ description: "Meta's id of the number that it belongs to." }),
    direction: Type.Enum(['outbound', 'inbound'], { description: 'outbound: uploaded here.' }),
    expires_at: orNull(
      Type.String({ format: 'date-time' }),
      'When Meta forgets it. Null for media that did not pass through Carom.',
    ),
    mirrored: Type.Boolean({ description: 'A copy is kept that outlives `expires_at`.' }),
    created_at: Type.String({ format: 'date-time' }),
  },
  { $id: 'Media', additionalProperties: false },
)

export type Media = Static<typeof Media>

export type MediaRow = {
  id: string
  tenant_id: string
  /** Ours. */
  phone_number_id: string
  /** Meta's. */
  meta_phone_number_id: string
  sandbox: boolean
  media_id: string
  direction: 'outbound' | 'inbound'
  mime_type: string | null
  size: number | null
  sha256: string | null
  filename: string | null
  /** Null: Carom has not seen it come. */
  expires_at: Date | null
  created_at: Date
  mirror_state: 'waiting' | 'stored' | 'given_up' | null
  mirror_place: 'disk' | 's3' | null
  mirror_key: string | null
}

export function presentMedia(row: MediaRow): Media {
  const { media_id, mime_type, size, sha256, filename, direction } = row
  return {
    ...{ media_id, mime_type, size, sha256, filename, direction },
    phone_number_id: row.meta_phone_number_id,
    expires_at: row.expires_at?.toISOString() ?? null,
    mirrored: row.mirror_state === 'stored',
    created_at: row.created_at.toISOString(),
  }
}

/** Whether Meta has forgotten it by now. */
export function hasExpired(row: Pick<MediaRow, 'expires_at'>, now: Date): boolean {
  return row.expires_at !== null && row.expires_at <= now
}

/** A name to keep and to hand on: no path, no control characters, at most 240 characters. */
export function cleanFilename(given: string | undefined): string | undefined {
  const last = given?.split(/[\\/]/).at(-1) ?? ''
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is removed
  const clean = last.toWellFormed().replace(/[\u0000-\u001f\u007f\u2028\u2029]/g, '')
  const short = [...clean.trim()].slice(-240).join('')
  return short === '' || /^\.+$/.test(short) ? undefined : short
}
