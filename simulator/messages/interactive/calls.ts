// Interactive messages about calls: a button that calls, and asking for the permission to call.

import type { Json } from '../../world.ts'
import type { InteractiveKind } from '../checkInteractive.ts'
import { number, object, oneOf, optional, text } from '../shapes.ts'

const MOST_MINUTES = 43_200

export const calls: Record<string, InteractiveKind> = {
  call_permission_request: {
    body: 'optional',
    headers: [],
    footer: 'none',
    action: object({ name: oneOf('call_permission_request') }),
    render: () => ({ buttons: [{ type: 'call_permission', text: 'Choose preference' }] }),
  },
  voice_call: {
    headers: ['text', 'image', 'video', 'document'],
    action: object({
      name: oneOf('voice_call'),
      parameters: optional(
        object({
          display_text: optional(text(20)),
          ttl_minutes: optional(number(1, MOST_MINUTES, true)),
          payload: optional(text(512)),
        }),
      ),
    }),
    render: ({ parameters }) => ({
      buttons: [
        { type: 'voice_call', text: String((parameters as Json | null)?.display_text ?? 'Call Now') },
      ],
    }),
  },
}
