// The business sends a message: everything that Meta checks before it answers, and then the acceptance.

import { GraphError, refuse } from '../graph/errors.ts'
import { takeCallRequest } from '../limits/callRequests.ts'
import { takePair } from '../limits/pair.ts'
import { takeThroughput } from '../limits/throughput.ts'
import { checkUses, usesOfTemplate, withMediaFacts } from '../media/checkUses.ts'
import { findOrMakeByPhone, findOrMakeByUserId, toWaId } from '../people/findUser.ts'
import { isOtpButton } from '../templates/add.ts'
import { checkTemplate, findTemplate } from '../templates/check.ts'
import { wearOut } from '../templates/life.ts'
import { digitsOf, type Json, type PhoneNumber, type Rendered, type Template, type World } from '../world.ts'
import { acceptMessage } from './accept.ts'
import { checkContent, contentOf } from './checkContent.ts'
import { checkEnvelope, type Envelope } from './checkEnvelope.ts'
import { isPermissionRequest } from './checkInteractive.ts'
import { failureOf, refuseOnPurpose, suffixOf } from './sentinels.ts'
import type { MediaUse } from './shapes.ts'
import { isWindowOpen, pairKey } from './windows.ts'

/** What the connection does instead of carrying the answer. */
export type Fault = 'reset' | 'hang'

export type Sending = {
  number: PhoneNumber
  envelope: Envelope
  content: unknown
  rendered: Rendered
  template: Template | null
  fails_with: number | null
  /** Links whose fate shows only later. */
  links: MediaUse[]
}

export function sendMessage(
  world: World,
  number: PhoneNumber,
  body: Json,
  version: string,
): Json & { fault?: Fault } {
  const envelope = checkEnvelope(body, world.settings)
  const content = contentOf(body, envelope.type)
  const template = envelope.type === 'template' ? findTemplate(world, number.waba_id, content) : null
  const scene = { strict: world.settings.strict_fields, uses: template ? usesOfTemplate(content) : [] }
  const checked = template
    ? checkTemplate(template, content, { version })
    : checkContent(envelope.type, content, scene)
  checkNumber(number)
  checkRecipient(number, envelope, template)
  const links = checkUses(world, number, scene.uses)
  const rendered = withMediaFacts(world, checked)
  const { recipient } = envelope
  if (suffixOf(recipient) === '9912') return { fault: 'reset' }
  refuseOnPurpose(world, recipient, `${number.id}/${recipient}/${envelope.callback_data ?? ''}`)
  const pair = pairKey(number.id, keyOf(world, envelope))
  const isClosed = !template && world.settings.enforce_window !== 'off' && !isWindowOpen(world, pair)
  if (isClosed && world.settings.enforce_window === 'sync') throw refuse(131047)
  checkRates(world, number, pair, isPermissionRequest(content))
  const user = envelope.by_phone ? findOrMakeByPhone(world, recipient) : findOrMakeByUserId(world, recipient)
  const isUnwanted = template?.category === 'MARKETING' && user.stopped_marketing
  const fails_with = failureOf(recipient) ?? (isClosed ? 131047 : isUnwanted ? 131050 : null)
  const sending = { number, envelope, content, rendered, template, fails_with, links }
  const message = acceptMessage(world, user, sending)
  if (template) wearOut(world, template)
  const { input } = envelope
  return {
    messaging_product: 'whatsapp',
    contacts: [envelope.by_phone ? { input, wa_id: user.wa_id } : { input, user_id: recipient }],
    messages: [{ id: message.id, ...(template && { message_status: 'accepted' }) }],
    ...(suffixOf(recipient) === '9910' && { fault: 'reset' as const }),
    ...(suffixOf(recipient) === '9911' && { fault: 'hang' as const }),
  }
}

function checkNumber(number: PhoneNumber) {
  if (!number.registered) {
    throw new GraphError(133010, {
      details: 'The phone number is not registered on WhatsApp Business Platform.',
    })
  }
  if (number.status === 'BANNED' || number.status === 'RESTRICTED') {
    throw new GraphError(131031, { details: `The phone number is ${number.status.toLowerCase()}.` })
  }
}

function checkRecipient(number: PhoneNumber, envelope: Envelope, template: Template | null) {
  if (envelope.by_phone && envelope.recipient === digitsOf(number.display_phone_number)) {
    throw new GraphError(131021, { details: 'Recipient phone number cannot be same as sender phone number.' })
  }
  const buttons = template?.components.find(one => one.type === 'BUTTONS')?.buttons ?? []
  if (!envelope.by_phone && template?.category === 'AUTHENTICATION' && buttons.some(isOtpButton)) {
    throw new GraphError(131062, {
      details: 'This authentication template can only be sent to a phone number.',
    })
  }
}

/** The person's key, without making the person. */
function keyOf(world: World, { by_phone, recipient }: Envelope): string {
  if (by_phone) return toWaId(recipient)
  return world.user_ids.get(recipient) ?? recipient
}

function checkRates(world: World, number: PhoneNumber, pair: string, asksToCall: boolean) {
  if (!world.settings.enforce_rates) return
  if (!takeThroughput(world, number)) throw refuse(130429)
  if (!takePair(world, pair)) throw refuse(131056)
  if (asksToCall && !takeCallRequest(world, pair)) throw refuse(138009)
}
