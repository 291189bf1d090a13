// A list that opens at the press of a button: sections with rows, one of which is chosen.

import { Type } from 'typebox'
import type { Issue } from '../../../kit/errors.ts'
import { allDiffer, at, listAt } from '../look.ts'
import { Body, Footer, Label, shape, TextHeader } from './parts.ts'

export const MAX_SECTIONS = 10
const MAX_ROWS = 10

export const SectionTitle = Type.Optional(
  Type.String({
    maxLength: 24,
    description: 'At most 24 characters. Required where there is more than one section.',
  }),
)

const Row = shape({
  id: Label(200, 'Yours; comes back when the row is chosen. Differs from those of all other rows.'),
  title: Label(24, 'The first line.'),
  description: Type.Optional(Type.String({ maxLength: 72, description: 'At most 72 characters.' })),
})

export const ListMessage = shape(
  {
    type: Type.Literal('list'),
    header: Type.Optional(TextHeader),
    body: Body(4096),
    footer: Type.Optional(Footer),
    action: shape({
      button: Label(20, 'What opens the list.'),
      sections: Type.Array(
        shape({ title: SectionTitle, rows: Type.Array(Row, { minItems: 1, maxItems: MAX_ROWS }) }),
        {
          minItems: 1,
          maxItems: MAX_SECTIONS,
        },
      ),
    }),
  },
  'Up to 10 sections, with 10 rows in all of them together.',
)

export function listRules(message: unknown, path: string): Issue[] {
  const sections = listAt(message, 'action', 'sections')
  const rows = sections.flatMap((section, s) =>
    listAt(section, 'rows').map((row, r) => ({
      param: `${path}.action.sections[${s}].rows[${r}].id`,
      value: at(row, 'id'),
    })),
  )
  return [
    ...titleRules(sections, `${path}.action.sections`),
    ...inAll(rows.length, MAX_ROWS, 'rows', `${path}.action.sections`),
    ...allDiffer(rows, 'the ids of rows must differ'),
  ]
}

/** With more than one section, each has a title. */
export function titleRules(sections: unknown[], path: string): Issue[] {
  if (sections.length < 2) return []
  return sections.flatMap((section, i) => {
    const param = `${path}[${i}].title`
    const title = at(section, 'title')
    const lacks = typeof section === 'object' && section !== null && (title === undefined || title === '')
    return lacks
      ? [{ param, message: `\`${param}\` is required, because there is more than one section.` }]
      : []
  })
}

export function inAll(count: number, most: number, what: string, param: string): Issue[] {
  if (count <= most) return []
  return [
    { param, message: `\`${param}\` may hold ${most} ${what} in all sections together, but holds ${count}.` },
  ]
}
