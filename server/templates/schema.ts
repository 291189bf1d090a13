// A template as the world sees it, and the row behind it.

import { type Static, Type } from 'typebox'
import { priceEffect } from './priceEffect.ts'
import { type Variable, variablesOf } from './variables.ts'

const orNull = Type.Union([Type.String(), Type.Null()])

const VariableSchema = Type.Object(
  {
    component: Type.String({ description: 'header, body, button or limited_time_offer.' }),
    name: Type.String({
      description:
        'How it is called in `variables` of a send: "1" or a name in the body; `header`; `button_0`; `card_0_…` in a carousel.',
    }),
    type: Type.String({
      description:
        'text, image, video, document, location, product, coupon_code, payload, action or expiration.',
    }),
    required: Type.Boolean(),
    example: Type.Optional(Type.String()),
    index: Type.Optional(Type.Integer({ description: 'Of the button, from 0.' })),
    sub_type: Type.Optional(Type.String({ description: "Meta's sub_type of the button." })),
    card_index: Type.Optional(Type.Integer({ description: 'Of the card in a carousel, from 0.' })),
  },
  { additionalProperties: false },
)

export const Template = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    waba_id: Type.String(),
    meta_template_id: Type.String(),
    name: Type.String(),
    language: Type.String(),
    category: Type.String({ description: 'MARKETING, UTILITY or AUTHENTICATION.' }),
    status: Type.String({ description: 'Only APPROVED can be sent.' }),
    parameter_format: Type.String({ description: 'POSITIONAL or NAMED.' }),
    components: Type.Array(Type.Object({}, { additionalProperties: true }), {
      description: 'As Meta has them.',
    }),
    variables: Type.Array(VariableSchema, { description: 'What a send must supply.' }),
    quality_score: orNull,
    rejected_reason: orNull,
    previous_category: Type.Union([Type.String(), Type.Null()], {
      description: 'Before Meta, or an edit, changed it.',
    }),
    category_changed_at: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
    correct_category: Type.Union([Type.String(), Type.Null()], {
      description: 'What Meta will change the category to within a day.',
    }),
    price_effect: Type.Union([Type.String(), Type.Null()], {
      description: 'What the change of the category does to the price, in words.',
    }),
    status_info: Type.Union([Type.Object({}, { additionalProperties: true }), Type.Null()], {
      description:
        "What Meta told with the status: a reviewer's recommendation, why and how long it is paused.",
    }),
    message_send_ttl_seconds: Type.Union([Type.Integer(), Type.Null()], {
      description: 'How long Meta tries to deliver; -1 for 30 days, null for the default of the category.',
    }),
    warnings: Type.Optional(
      Type.Array(Type.Object({ param: Type.String(), message: Type.String() }), {
        description:
          'Answered by create and edit: what reviewers often reject. It did not stop the template.',
      }),
    ),
    created_at: Type.String({ format: 'date-time' }),
    updated_at: Type.String({ format: 'date-time' }),
    synced_at: Type.String({ format: 'date-time', description: 'When it was last compared with Meta.' }),
  },
  { $id: 'Template', additionalProperties: false },
)

export type Template = Static<typeof Template>

const AnyPart = Type.Object({}, { additionalProperties: true })

const shown = {
  header: Type.Union([AnyPart, Type.Null()], {
    description: 'Its format with the text, media, place or product.',
  }),
  body: orNull,
  footer: orNull,
  buttons: Type.Array(AnyPart, {
    description: 'type and text, and where it leads: url, phone_number or code.',
  }),
}

export const Preview = Type.Object(
  {
    text: Type.String({ description: 'All of it as plain text, a part to a line.' }),
    ...shown,
    offer: Type.Union([AnyPart, Type.Null()], { description: 'Text and end of a limited-time offer.' }),
    cards: Type.Array(Type.Object(shown), { description: 'Of a carousel.' }),
  },
  { $id: 'TemplatePreview' },
)

export type TemplateRow = {
  id: string
  tenant_id: string
  account_id: string
  waba_id: string
  meta_template_id: string
  name: string
  language: string
  category: string
  status: string
  parameter_format: string
  components: TemplateComponent[]
  quality_score: string | null
  rejected_reason: string | null
  previous_category: string | null
  category_changed_at: Date | null
  correct_category: string | null
  status_info: Record<string, unknown> | null
  message_send_ttl_seconds: number | null
  edits: Date[]
  /** Newest event applied, by kind, in seconds since 1970. */
  seen: { [kind: string]: number }
  name_locked_until: Date | null
  /** Meta has it no more. */
  removed_at: Date | null
  created_at: Date
  updated_at: Date
  synced_at: Date
}

/** A row that was written, with what it was before: PostgreSQL's JSON of it, null where it is new. */
export type ChangedRow = TemplateRow & { before: Record<string, unknown> | null }

/** A component as Meta gives it back: types and formats in upper case. */
export type TemplateComponent = Record<string, unknown> & { type?: unknown }

export function presentTemplate(row: TemplateRow): Template {
  const { id, waba_id, meta_template_id, name, language, category, status, parameter_format, components } =
    row
  const { quality_score, rejected_reason, previous_category, correct_category, status_info } = row
  return {
    ...{ id, waba_id, meta_template_id, name, language, category, status, parameter_format, components },
    variables: variablesOf(row).map(presentVariable),
    ...{ quality_score, rejected_reason, previous_category },
    category_changed_at: row.category_changed_at?.toISOString() ?? null,
    ...{ correct_category, price_effect: priceEffect(row), status_info },
    message_send_ttl_seconds: row.message_send_ttl_seconds,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    synced_at: row.synced_at.toISOString(),
  }
}

function presentVariable({
  component,
  name,
  type,
  required,
  example,
  index,
  sub_type,
  card_index,
}: Variable) {
  return {
    ...{ component, name, type, required },
    ...(example === undefined ? {} : { example }),
    ...(index === undefined ? {} : { index }),
    ...(sub_type === undefined ? {} : { sub_type }),
    ...(card_index === undefined ? {} : { card_index }),
  }
}
