// What the doctor says about one thing that it looked at.

import { type Static, Type } from 'typebox'

export const SEVERITIES = ['error', 'warning', 'notice', 'ok'] as const

export const Finding = Type.Object(
  {
    code: Type.String({ description: 'What was looked at: `token`, `disk`, `quality`, …' }),
    severity: Type.Enum([...SEVERITIES], {
      description:
        'error: something does not work; warning: it soon will not; notice: worth knowing; ok: as it should be.',
    }),
    subject: Type.Union([Type.String(), Type.Null()], {
      description:
        "The account, number or template that it is about, as Meta's id, or the webhook endpoint; null: the installation.",
    }),
    message: Type.String({ description: 'One sentence: what was found.' }),
    remedy: Type.Union([Type.String(), Type.Null()], {
      description: 'The exact step or command that mends it.',
    }),
    fixable: Type.Boolean({ description: 'POST /doctor/fix, or `carom doctor --fix`, can do it.' }),
  },
  { $id: 'Finding' },
)

export type Finding = Static<typeof Finding>

export const ok = (code: string, message: string, subject: string | null = null): Finding => ({
  ...{ code, severity: 'ok', subject, message, remedy: null, fixable: false },
})

type Trouble = { subject?: string; message: string; remedy: string; fixable?: boolean }

const trouble =
  (severity: 'error' | 'warning' | 'notice') =>
  (code: string, { subject = null as never, message, remedy, fixable = false }: Trouble): Finding => ({
    ...{ code, severity, subject, message, remedy, fixable },
  })

export const error = trouble('error')
export const warning = trouble('warning')
export const notice = trouble('notice')
