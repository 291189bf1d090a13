// Adds an approved template from a create body of Meta's form, checked only roughly: for the seed and for tests. What
// an app submits is checked in draft.ts.

import type { Component, Json, Template, TemplateButton, World } from '../world.ts'

const CATEGORIES = ['MARKETING', 'UTILITY', 'AUTHENTICATION']
const OTP_URL = 'https://www.whatsapp.com/otp/code/?otp_type='

/** The template, or a sentence that says what is wrong with the body. */
export function addTemplate(world: World, waba_id: string, body: Json, id: string): Template | string {
  const { name, language, components } = body
  if (typeof name !== 'string' || !/^[a-z0-9_]{1,512}$/.test(name)) {
    return 'A template needs a name of lower-case letters, digits and underscores.'
  }
  if (typeof language !== 'string' || !/^[a-z]{2,3}(_[A-Z]{2})?$/.test(language)) {
    return `The template ${name} needs a language such as en_US.`
  }
  const category = String(body.category ?? '').toUpperCase()
  if (!CATEGORIES.includes(category))
    return `The template ${name} needs a category: ${CATEGORIES.join(', ')}.`
  if (!Array.isArray(components) || !components.some(one => upper(one?.type) === 'BODY')) {
    return `The template ${name} needs components with a BODY.`
  }
  const isTaken = [...world.templates.values()].some(
    one => one.waba_id === waba_id && one.name === name && one.language === language,
  )
  if (isTaken) return `The template ${name} exists already in ${language}.`
  const ttl = body.message_send_ttl_seconds
  const template = putTemplate(world, waba_id, {
    id,
    name,
    language,
    category,
    parameter_format: upper(body.parameter_format) === 'NAMED' ? 'NAMED' : 'POSITIONAL',
    components,
    message_send_ttl_seconds: typeof ttl === 'number' ? ttl : null,
  })
  template.was_approved = true
  return template
}

type New = Pick<
  Template,
  'id' | 'name' | 'language' | 'category' | 'parameter_format' | 'message_send_ttl_seconds'
> & { components: Json[] }

/** Puts a checked one into the world, approved. */
export function putTemplate(world: World, waba_id: string, { components, ...fields }: New): Template {
  const template: Template = {
    ...fields,
    waba_id,
    status: 'APPROVED',
    previous_category: null,
    components: components.map(one => toStored(one, fields.category)),
    submitted: components,
    quality: 'UNKNOWN',
    rejected_reason: 'NONE',
  }
  world.templates.set(template.id, template)
  return template
}

const upper = (value: unknown) => String(value ?? '').toUpperCase()

/** As Meta reads it back: upper case, and the fixed texts of authentication templates filled in. */
export function toStored(component: Json, category: string): Component {
  const type = upper(component.type)
  const stored: Component = {
    ...component,
    type,
    ...(component.format !== undefined && { format: upper(component.format) }),
  }
  if (Array.isArray(component.buttons)) stored.buttons = component.buttons.map(toStoredButton)
  if (Array.isArray(component.cards)) {
    stored.cards = component.cards.map((card: Json) => ({
      ...card,
      components: ((card.components ?? []) as Json[]).map(one => toStored(one, category)),
    }))
  }
  if (category !== 'AUTHENTICATION') return stored
  if (type === 'BODY') {
    const advice = component.add_security_recommendation ? ' For your security, do not share this code.' : ''
    stored.text = `*{{1}}* is your verification code.${advice}`
  }
  if (type === 'FOOTER' && component.code_expiration_minutes !== undefined) {
    stored.text = `This code expires in ${component.code_expiration_minutes} minutes.`
  }
  return stored
}

function toStoredButton(button: Json): TemplateButton {
  const type = upper(button.type)
  if (type !== 'OTP') return { ...button, type }
  const kind = upper(button.otp_type) || 'COPY_CODE'
  return {
    type: 'URL',
    text: typeof button.text === 'string' ? button.text : 'Copy code',
    url: `${OTP_URL}${kind}&code=otp{{1}}`,
    example: [`${OTP_URL}${kind}&code=otp123456`],
  }
}

export const isOtpButton = (button: TemplateButton) => button.url?.startsWith(OTP_URL) ?? false
