// The new texts of message_template_components_update, put into the components that are stored. The webhook carries
// texts only, so formats and examples stay as they were.

import type { TemplateComponent } from './schema.ts'
import { asPart, upper } from './variables.ts'

type Button = Record<string, unknown>

export function withNewTexts(
  components: readonly TemplateComponent[],
  value: Record<string, unknown>,
): TemplateComponent[] {
  return components.map(component => {
    switch (upper(component.type)) {
      case 'HEADER':
        return upper(component.format) === 'TEXT'
          ? withText(component, value.message_template_title)
          : component
      case 'BODY':
        return withText(component, value.message_template_element)
      case 'FOOTER':
        return withText(component, value.message_template_footer)
      case 'BUTTONS':
        return withButtons(component, value.message_template_buttons)
      default:
        return component
    }
  })
}

function withText(component: TemplateComponent, text: unknown): TemplateComponent {
  return typeof text === 'string' ? { ...component, text } : component
}

function withButtons(component: TemplateComponent, told: unknown): TemplateComponent {
  if (!Array.isArray(told)) return component
  const before = Array.isArray(component.buttons) ? component.buttons.map(asPart) : []
  const buttons = told.map((item, index) => {
    const button = asPart(item)
    const type = upper(button.message_template_button_type)
    const old = before[index]
    const same = old !== undefined && upper(old.type) === type
    return { ...(same ? old : { type }), ...newFields(button) }
  })
  return { ...component, buttons }
}

function newFields(button: Button): Button {
  const fields: Button = {}
  for (const field of ['text', 'url', 'phone_number']) {
    const told = button[`message_template_button_${field}`]
    if (typeof told === 'string') fields[field] = told
  }
  return fields
}
