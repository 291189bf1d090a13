// Each number of an account, as Meta has it now: registered, named, its quality, how much it may send.

import type { NumberInfo } from '../../meta/numbers.ts'
import { error, type Finding, notice, ok, warning } from '../finding.ts'
import type { Doctor } from '../room.ts'
import type { Patient } from './accounts.ts'
import { callbackUrl } from './webhook.ts'

export async function checkNumbers(doctor: Doctor, { account, token }: Patient): Promise<Finding[]> {
  const told = token === null ? undefined : await doctor.meta.listNumbers(token, account.waba_id)
  if (!told?.ok) return []
  if (told.value.length === 0) {
    const message = 'The account has no number.'
    const remedy = 'Add one in WhatsApp Manager → Phone numbers, then: carom onboard.'
    return [error('number', { subject: account.waba_id, message, remedy })]
  }
  return told.value.flatMap(number => [
    registered(number),
    called(number, callbackUrl(doctor)),
    named(number),
    quality(number),
    limit(number),
  ])
}

function registered(number: NumberInfo): Finding {
  const subject = number.phone_number_id
  const on_cloud = number.coexistence || (number.platform_type ?? 'CLOUD_API') === 'CLOUD_API'
  if (number.status === 'CONNECTED' && on_cloud) return ok('registered', 'The number is registered.', subject)
  const who = `${number.display_phone_number} (${number.status ?? 'unknown'})`
  if (['BANNED', 'RESTRICTED', 'FLAGGED', 'RATE_LIMITED'].includes(number.status ?? '')) {
    const message = `Meta has limited the number: ${who}.`
    return error('registered', {
      subject,
      message,
      remedy: 'Read why, and appeal, in WhatsApp Manager → Account quality.',
    })
  }
  return error('registered', {
    subject,
    message: `The number is not registered with the Cloud API: ${who}.`,
    remedy:
      'Register it with its two-step PIN: carom onboard --pin 123456; or with the PIN that Carom keeps: carom doctor --fix.',
    fixable: true,
  })
}

function called(
  { phone_number_id: subject, override_callback_uri: url }: NumberInfo,
  ours?: string,
): Finding {
  if (url === null || url === ours)
    return ok('number_callback', "The number's webhooks go where the account's do.", subject)
  return warning('number_callback', {
    subject,
    message: `The number's webhooks are sent to ${url} instead of the app's address.`,
    remedy: `If that is not meant: POST /${subject} with {"webhook_configuration":{"override_callback_uri":""}} takes it away, or: carom doctor --fix.`,
    fixable: true,
  })
}

function named({ phone_number_id: subject, name_status, verified_name }: NumberInfo): Finding {
  if (name_status === 'DECLINED' || name_status === 'EXPIRED') {
    return warning('display_name', {
      subject,
      message: `The display name "${verified_name ?? ''}" is ${name_status.toLowerCase()}.`,
      remedy:
        'Choose another in WhatsApp Manager → Phone numbers → the number → Profile, then register the number again.',
    })
  }
  if (name_status === 'PENDING_REVIEW') {
    const message = `The display name "${verified_name ?? ''}" is being reviewed.`
    return notice('display_name', {
      subject,
      message,
      remedy: 'Wait for Meta; after approval register the number again.',
    })
  }
  return ok('display_name', `The display name is "${verified_name ?? ''}".`, subject)
}

function quality({ phone_number_id: subject, quality_rating }: NumberInfo): Finding {
  const remedy =
    'Send to people who asked for it, less often; see which templates are blocked in WhatsApp Manager → Insights.'
  if (quality_rating === 'RED') {
    return error('quality', {
      subject,
      message: 'The quality of the number is low (red): Meta may limit it.',
      remedy,
    })
  }
  if (quality_rating === 'YELLOW') {
    return warning('quality', { subject, message: 'The quality of the number is medium (yellow).', remedy })
  }
  return ok(
    'quality',
    `The quality of the number is ${(quality_rating ?? 'unknown').toLowerCase()}.`,
    subject,
  )
}

function limit({ phone_number_id: subject, messaging_limit, throughput_level }: NumberInfo): Finding {
  const [most, pace] = [messaging_limit ?? 'unknown', throughput_level ?? 'unknown']
  return ok('messaging_limit', `Messaging limit ${most}, throughput ${pace}.`, subject)
}
