// A Flow: a form of several screens that opens inside WhatsApp.

import { Type } from 'typebox'
import type { Issue } from '../../../kit/errors.ts'
import { at, exactlyOne, has, textAt } from '../look.ts'
import { Body, Footer, Header, shape } from './parts.ts'

const Payload = shape({
  screen: Type.Optional(
    Type.String({ minLength: 1, description: 'Where it begins; FIRST_ENTRY_SCREEN where left out.' }),
  ),
  data: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      minProperties: 1,
      description: 'What the first screen is given. Not empty.',
    }),
  ),
})

const Parameters = shape({
  flow_message_version: Type.Literal('3'),
  flow_id: Type.Optional(Type.String({ minLength: 1, description: 'Either this or `flow_name`.' })),
  flow_name: Type.Optional(Type.String({ minLength: 1, description: 'Either this or `flow_id`.' })),
  flow_cta: Type.String({
    minLength: 1,
    description: 'What the button says. Meta advises at most 30 characters and no emoji.',
  }),
  mode: Type.Optional(Type.Enum(['published', 'draft'])),
  flow_token: Type.Optional(Type.String({ minLength: 1, description: 'Yours; comes back with the answer.' })),
  flow_action: Type.Optional(
    Type.Enum(['navigate', 'data_exchange'], { description: '`navigate` where left out.' }),
  ),
  flow_action_payload: Type.Optional(Payload),
})

export const FlowMessage = shape(
  {
    type: Type.Literal('flow'),
    header: Type.Optional(Header),
    body: Body(),
    footer: Type.Optional(Footer),
    action: shape({ name: Type.Literal('flow'), parameters: Parameters }),
  },
  'A button that opens a Flow.',
)

export function flowRules(message: unknown, path: string): Issue[] {
  const parameters = at(message, 'action', 'parameters')
  const here = `${path}.action.parameters`
  const exchanges = textAt(parameters, 'flow_action') === 'data_exchange'
  const param = `${here}.flow_action_payload`
  return [
    ...exactlyOne(parameters, here, 'flow_id', 'flow_name'),
    ...(exchanges && has(parameters, 'flow_action_payload')
      ? [{ param, message: `\`${param}\` goes with the flow_action \`navigate\` only; leave it out.` }]
      : []),
  ]
}
