// The rules for buttons: how many of each kind, in which order, and what each must say.

import { blame, type Findings, isPart, type Part, refusePlaceholders, requireText, word } from './findings.ts'

type Rule = (found: Findings, button: Part, param: string) => void

/** By kind: how many a template may have, and what one must be. */
const rules: Record<string, { most: number; check: Rule }> = {
  QUICK_REPLY: { most: 10, check: (found, button, param) => checkLabel(found, button, param, 25) },
  URL: { most: 2, check: checkUrl },
  PHONE_NUMBER: { most: 1, check: checkPhone },
  COPY_CODE: { most: 1, check: checkCoupon },
  FLOW: { most: 1, check: checkFlow },
  CATALOG: { most: 1, check: checkFixedLabel },
  MPM: { most: 1, check: checkFixedLabel },
  SPM: { most: 1, check: checkFixedLabel },
  VOICE_CALL: { most: 1, check: (found, button, param) => checkLabel(found, button, param, 20) },
  REQUEST_CONTACT_INFO: { most: 1, check: checkFixedLabel },
}

const MOST = 10

export function partsOf(value: unknown): Part[] {
  return Array.isArray(value) ? value.map(item => (isPart(item) ? item : {})) : []
}

export function checkButtons(
  found: Findings,
  component: Part,
  param: string,
  limits: { kinds?: string[]; most?: number } = {},
): void {
  const { kinds = Object.keys(rules), most = MOST } = limits
  const buttons = partsOf(component.buttons)
  const path = `${param}.buttons`
  if (buttons.length === 0) blame(found, path, 'This must be a list of at least one button.')
  if (buttons.length > most)
    blame(found, path, `There are ${buttons.length} buttons; Meta allows ${most} here.`)
  for (const [at, button] of buttons.entries()) {
    const kind = word(button.type)
    const rule = kinds.includes(kind) ? rules[kind] : undefined
    if (rule) rule.check(found, button, `${path}[${at}]`)
    else blame(found, `${path}[${at}].type`, whyNot(kind, kinds))
  }
  for (const [kind, { most }] of Object.entries(rules)) {
    const count = buttons.filter(button => word(button.type) === kind).length
    if (count > most && kinds.includes(kind))
      blame(found, path, `There are ${count} ${kind} buttons; Meta allows ${most}.`)
  }
  checkGrouping(found, buttons, path)
}

function whyNot(kind: string, kinds: string[]): string {
  if (kind === 'OTP') return 'OTP buttons are for templates of the category AUTHENTICATION.'
  return `This must be one of ${kinds.join(', ')}.`
}

/** Quick replies stand together, before or after all others. */
function checkGrouping(found: Findings, buttons: Part[], path: string): void {
  const quick = buttons.map(button => word(button.type) === 'QUICK_REPLY')
  const changes = quick.filter((isQuick, at) => at > 0 && isQuick !== quick[at - 1]).length
  if (changes > 1) {
    blame(
      found,
      path,
      'Quick replies must stand together: all of them before the other buttons, or all after.',
    )
  }
}

function checkLabel(found: Findings, button: Part, param: string, most: number): void {
  refusePlaceholders(found, requireText(found, button.text, `${param}.text`, most), `${param}.text`)
}

function checkFixedLabel(found: Findings, button: Part, param: string): void {
  if (button.text !== undefined) checkLabel(found, button, param, 25)
}

function checkUrl(found: Findings, button: Part, param: string): void {
  checkLabel(found, button, param, 25)
  const { url } = button
  const protocol = typeof url === 'string' ? URL.parse(url)?.protocol : undefined
  if (typeof url !== 'string' || !/^https?:$/.test(protocol ?? '') || !/^https?:\/\//i.test(url)) {
    blame(found, `${param}.url`, 'This must be an address like https://example.com/orders/{{1}}.')
    return
  }
  const { length } = [...url]
  if (length > 2000) blame(found, `${param}.url`, `This has ${length} characters; Meta allows 2000.`)
  if (!/\{\{|\}\}/.test(url)) return
  if (!url.endsWith('{{1}}') || /\{\{|\}\}|\{$/.test(url.slice(0, -5))) {
    blame(found, `${param}.url`, 'An address has at most one variable: {{1}}, and at its very end.')
  }
  const example =
    Array.isArray(button.example) && button.example.length === 1 ? button.example[0] : button.example
  if (typeof example !== 'string' || example.trim() === '') {
    blame(
      found,
      `${param}.example`,
      'An address with a variable needs one example, as ["https://example.com/orders/4711"].',
    )
  }
}

function checkPhone(found: Findings, button: Part, param: string): void {
  checkLabel(found, button, param, 25)
  const number = requireText(found, button.phone_number, `${param}.phone_number`, 20)
  if (number !== undefined && !/^\+?[0-9][0-9 ()-]*$/.test(number)) {
    blame(found, `${param}.phone_number`, 'This must be a phone number such as +4915112345678.')
  }
}

function checkCoupon(found: Findings, button: Part, param: string): void {
  const { example } = button
  const code = Array.isArray(example) && example.length === 1 ? example[0] : example
  if (typeof code !== 'string' || !/^[A-Za-z0-9]{1,15}$/.test(code)) {
    blame(
      found,
      `${param}.example`,
      'This must be an example of the coupon code: 1 to 15 letters and digits.',
    )
  }
}

function checkFlow(found: Findings, button: Part, param: string): void {
  checkLabel(found, button, param, 25)
  const sources = ['flow_id', 'flow_name', 'flow_json'].filter(name => button[name] !== undefined)
  const [source] = sources
  if (sources.length !== 1 || source === undefined) {
    blame(found, param, 'A FLOW button needs exactly one of flow_id, flow_name and flow_json.')
  } else if (typeof button[source] !== 'string' || button[source] === '') {
    blame(found, `${param}.${source}`, 'This must be a text.')
  } else if (source === 'flow_json' && !parses(button.flow_json as string)) {
    blame(found, `${param}.flow_json`, "This must be the Flow's JSON, written into a text.")
  }
  if (button.flow_action !== undefined && !['NAVIGATE', 'DATA_EXCHANGE'].includes(word(button.flow_action))) {
    blame(found, `${param}.flow_action`, 'This must be navigate or data_exchange.')
  }
  const screen = button.navigate_screen
  if (screen !== undefined && (typeof screen !== 'string' || screen === '')) {
    blame(found, `${param}.navigate_screen`, 'This must be the name of a screen.')
  }
}

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
