// Advice about what reviewers often reject or Meta moves to a dearer category. It never stops a template.

import { partsOf } from './buttons.ts'
import type { Located } from './codes.ts'
import { advise, type Findings } from './findings.ts'

const SALES =
  /\b(sale|discount|offer|deal|coupon|promo|voucher|free gift|% off|buy now|shop now|limited time)\b/i
const SHORTENERS = /\b(bit\.ly|tinyurl\.com|t\.co|goo\.gl|ow\.ly|is\.gd|cutt\.ly|rebrand\.ly)\b/i
const EMOJI = /\p{Extended_Pictographic}/gu

export function adviseOn(found: Findings, parts: ReadonlyMap<string, Located>, category: string): void {
  const body = parts.get('BODY')
  const text = typeof body?.part.text === 'string' ? body.part.text : ''
  const path = `${body?.at ?? 'components'}.text`
  if (category === 'UTILITY' && SALES.test(text)) {
    const message =
      'This reads like an offer. Meta moves such templates to MARKETING at review, which costs more in most markets.'
    advise(found, path, message)
  }
  if (/\n\s*\n\s*\n/.test(text)) advise(found, path, 'Several empty lines in a row are often rejected.')
  if ((text.match(EMOJI)?.length ?? 0) > 10) advise(found, path, 'More than ten emojis are often rejected.')
  if (SHORTENERS.test(text)) advise(found, path, 'Shortened links are often rejected; use your own domain.')
  if (/wa\.me\//i.test(text)) advise(found, path, 'Links to wa.me are rejected in templates.')
  if (text.length > 20 && text === text.toUpperCase() && /[A-Z]{10}/.test(text)) {
    advise(found, path, 'A text in capitals throughout reads like spam to reviewers.')
  }
  const header = parts.get('HEADER')
  if (typeof header?.part.text === 'string') {
    const at = `${header.at}.text`
    if (header.part.text.match(EMOJI)) advise(found, at, 'Emojis in a header are often rejected.')
    if (/(^|\s)_[^_]+_(\s|$)/.test(header.part.text))
      advise(found, at, 'A header has no formatting: _ stays as it is.')
  }
  adviseOnButtons(found, parts.get('BUTTONS'), category)
}

/** Meta keeps to it only where the message goes through the Marketing Messages API. */
export function adviseOnTtl(found: Findings, ttl: unknown, category: string): void {
  if (ttl === undefined || category !== 'MARKETING') return
  const message =
    'Meta honours this for marketing only through the Marketing Messages API; other sends keep to 30 days.'
  advise(found, 'message_send_ttl_seconds', message)
}

const FOR_SALES = ['COPY_CODE', 'CATALOG', 'MPM', 'SPM']

function adviseOnButtons(found: Findings, buttons: Located | undefined, category: string): void {
  const labels: string[] = []
  for (const [at, button] of partsOf(buttons?.part.buttons).entries()) {
    const path = `${buttons?.at}.buttons[${at}]`
    if (typeof button.text === 'string') {
      if (labels.includes(button.text)) advise(found, `${path}.text`, 'Two buttons have the same text.')
      labels.push(button.text)
    }
    const kind = typeof button.type === 'string' ? button.type.toUpperCase() : ''
    if (category === 'UTILITY' && FOR_SALES.includes(kind)) {
      const message = `Meta describes ${kind} buttons for MARKETING only, so the template may be moved there at review.`
      advise(found, `${path}.type`, message)
    }
    if (typeof button.url === 'string' && SHORTENERS.test(button.url)) {
      advise(found, `${path}.url`, 'Shortened links are often rejected; use your own domain.')
    }
  }
  if (category === 'MARKETING' && !labels.some(label => /stop|unsubscribe|opt.?out/i.test(label))) {
    const path = buttons ? `${buttons.at}.buttons` : 'components'
    advise(found, path, 'A quick reply such as "Stop offers" keeps people from blocking the number.')
  }
}
