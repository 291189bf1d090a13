// What adding recipients answers, and recipients as the world sees them.

import { type Static, Type } from 'typebox'

const Complaint = Type.Object({
  line: Type.Integer({ description: 'The line of the file, or the place in the list, from 1.' }),
  message: Type.String(),
})

export const Note = Type.Object({
  line: Type.Integer(),
  kind: Type.String({ enum: ['duplicate', 'opted_out'] }),
  message: Type.String(),
})

export type Note = Static<typeof Note>

export const Imported = Type.Object(
  {
    added: Type.Integer({ description: 'How many recipients the campaign has got by this call.' }),
    duplicates: Type.Integer({ description: 'Left out: there already, or twice in what was sent.' }),
    invalid: Type.Integer({ description: 'Left out: no possible phone number.' }),
    opted_out: Type.Integer({
      description: 'Of those that were added: people who want no marketing from this number at present.',
    }),
    errors: Type.Array(Complaint, { description: 'The first 100 that are invalid, each with the reason.' }),
    notes: Type.Array(Note, { description: 'The first 100 duplicates and people who opted out.' }),
  },
  { $id: 'ImportedRecipients' },
)

export type Imported = Static<typeof Imported>
