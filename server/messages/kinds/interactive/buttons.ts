// Reply buttons, and the one button that opens a web page.

import { Type } from 'typebox'
import type { Issue } from '../../../kit/errors.ts'
import { allDiffer, at, listAt } from '../look.ts'
import { Url } from '../url.ts'
import { Body, Footer, Header, Label, shape } from './parts.ts'

const ReplyButton = shape({
  type: Type.Literal('reply'),
  reply: shape({
    id: Label(256, 'Yours; comes back when the button is pressed.'),
    title: Label(20, 'What the button says.'),
  }),
})

export const ButtonMessage = shape(
  {
    type: Type.Literal('button'),
    header: Type.Optional(Header),
    body: Body(),
    footer: Type.Optional(Footer),
    action: shape({ buttons: Type.Array(ReplyButton, { minItems: 1, maxItems: 3 }) }),
  },
  'One to three reply buttons, whose ids and titles differ.',
)

export function buttonRules(message: unknown, path: string): Issue[] {
  const replies = listAt(message, 'action', 'buttons').map((button, i) => ({
    param: `${path}.action.buttons[${i}].reply`,
    reply: at(button, 'reply'),
  }))
  const all = (name: string) =>
    replies.map(({ param, reply }) => ({ param: `${param}.${name}`, value: at(reply, name) }))
  return [
    ...allDiffer(all('id'), 'the ids of buttons must differ'),
    ...allDiffer(all('title'), 'the titles of buttons must differ'),
  ]
}

export const UrlParameters = shape({
  display_text: Label(20, 'What the button says.'),
  url: Url('What the button opens.'),
})

export const CtaUrlMessage = shape(
  {
    type: Type.Literal('cta_url'),
    header: Type.Optional(Header),
    body: Body(),
    footer: Type.Optional(Footer),
    action: shape({ name: Type.Literal('cta_url'), parameters: UrlParameters }),
  },
  'One button that opens a web page.',
)
