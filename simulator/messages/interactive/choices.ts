// Interactive messages to choose from: reply buttons and lists.

import type { Json, RenderedButton } from '../../world.ts'
import type { InteractiveKind } from '../checkInteractive.ts'
import { list, object, oneOf, optional, refuseRepeats, refuseUntitled, text, wrongValue } from '../shapes.ts'

const MOST_ROWS = 10
const EVERY_HEADER = ['text', 'image', 'video', 'document']

type Reply = { reply: { id: string; title: string } }
type Row = { id: string; title: string; description?: string }
type Section = { title?: string; rows: Row[] }

const button = object({ type: oneOf('reply'), reply: object({ id: text(256), title: text(20) }) })
const row = object({ id: text(200), title: text(24), description: optional(text(72, 0)) })
const section = object({ title: optional(text(24, 0)), rows: list(row, 1, MOST_ROWS) })

export const choices: Record<string, InteractiveKind> = {
  button: {
    headers: EVERY_HEADER,
    action: object({ buttons: list(button, 1, 3) }),
    rules: refuseSameButtons,
    render: action => ({ buttons: repliesOf(action).map(toButton) }),
  },
  list: {
    body_limit: 4096,
    headers: ['text'],
    action: object({ button: text(20), sections: list(section, 1, 10) }),
    rules: checkRows,
    render: action => ({
      buttons: sectionsOf(action).flatMap(one => one.rows.map(toRow)),
      list: { button: String(action.button), sections: sectionsOf(action) },
    }),
  },
}

const repliesOf = (action: Json) => (action.buttons as Reply[]).map(one => one.reply)
const sectionsOf = (action: Json) => action.sections as Section[]
const toButton = ({ id, title }: Reply['reply']): RenderedButton => ({ type: 'reply', text: title, id })
const toRow = ({ id, title }: Row): RenderedButton => ({ type: 'row', text: title, id })

function refuseSameButtons(action: Json) {
  const replies = repliesOf(action)
  refuseRepeats(
    'The ids of the buttons',
    replies.map(one => one.id),
  )
  refuseRepeats(
    'The titles of the buttons',
    replies.map(one => one.title),
  )
}

function checkRows(action: Json) {
  const sections = sectionsOf(action)
  const rows = sections.flatMap(one => one.rows)
  if (rows.length > MOST_ROWS) throw wrongValue(`Total row count exceed max allowed count: ${MOST_ROWS}`)
  refuseUntitled(sections)
  refuseRepeats(
    'The ids of the rows',
    rows.map(one => one.id),
  )
}
