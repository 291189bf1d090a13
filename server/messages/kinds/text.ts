// A plain text.

import { type Static, Type } from 'typebox'
import { type Kind, noMedia, noRules } from './kind.ts'

const fields = {
  text: Type.String({ minLength: 1, maxLength: 4096, description: 'At most 4,096 characters.' }),
  preview_url: Type.Optional(Type.Boolean({ description: 'Show a preview of the first link.' })),
}

const Fields = Type.Object(fields)

export const text: Kind<Static<typeof Fields>> = {
  fields,
  rules: noRules,
  wire: ({ text, preview_url }) => ({
    type: 'text',
    content: { body: text, ...(preview_url === undefined ? {} : { preview_url }) },
  }),
  media: noMedia,
}
