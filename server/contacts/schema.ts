// A contact as the world sees it inside a message.

import { type Static, Type } from 'typebox'

export const Contact = Type.Object(
  {
    id: Type.String({ format: 'uuid', description: "Carom's id of the contact." }),
    phone: Type.Union([Type.String(), Type.Null()], {
      description: 'E.164 with +. Null where WhatsApp does not show the number (a user with a username).',
    }),
    user_id: Type.Union([Type.String(), Type.Null()], {
      description: "Meta's business-scoped user id, where Meta has told it.",
    }),
    username: Type.Union([Type.String(), Type.Null()]),
    name: Type.Union([Type.String(), Type.Null()], {
      description: 'The profile name, as the person wrote it.',
    }),
  },
  { $id: 'Contact', additionalProperties: false },
)

export type Contact = Static<typeof Contact>

/** In a path, whichever of their addresses the client has. */
export const ContactPath = Type.Object({
  contact: Type.String({
    minLength: 1,
    maxLength: 150,
    description: 'A contact id, a phone number, or a business-scoped user id.',
  }),
})

/** The row behind it: `phone` is digits without plus. */
export type ContactRow = {
  id: string
  phone: string | null
  user_id: string | null
  username: string | null
  name: string | null
}
