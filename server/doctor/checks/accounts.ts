// Each account at Meta: its token, who hears of its webhooks, who pays for it, whether it may send.

import type { AccountRow } from '../../accounts/schema.ts'
import { error, type Finding, notice, ok, warning } from '../finding.ts'
import { lastSync, unhealthyTemplates } from '../queries.ts'
import type { Doctor } from '../room.ts'
import { callbackUrl } from './webhook.ts'

export const EXPIRY_DAYS = 14
const DAY_MS = 86_400_000
const NEEDED = ['whatsapp_business_management', 'whatsapp_business_messaging']
const RECONNECT = 'Connect the account again with a new token: carom onboard, or Embedded Signup.'

export type Patient = { account: AccountRow; token: string | null }

export async function checkToken(doctor: Doctor, { account, token }: Patient): Promise<Finding[]> {
  const subject = account.waba_id
  const bad = (message: string) => [error('token', { subject, message, remedy: RECONNECT })]
  if (token === null) return bad('The account has no token any more.')
  const told = await doctor.meta.debugToken(token)
  if (!told.ok) {
    const message = `Meta does not say whether the token is good: ${told.problem?.cause ?? told.reason}`
    return [warning('token', { subject, message, remedy: 'Try again in a moment.' })]
  }
  const { valid, problem, scopes, expires_at } = told.value
  if (!valid)
    return bad(`Meta no longer accepts the token: ${problem?.cause ?? 'it was revoked or has expired.'}`)
  const missing = NEEDED.filter(scope => !scopes.includes(scope))
  if (missing.length > 0) return bad(`The token lacks ${missing.join(' and ')}.`)
  if (expires_at === null) return [ok('token', 'The token is valid, and does not expire.', subject)]
  const days = Math.floor((expires_at.getTime() - doctor.clock.nowMs()) / DAY_MS)
  const day = expires_at.toISOString().slice(0, 10)
  if (days > EXPIRY_DAYS) return [ok('token', `The token is valid until ${day}.`, subject)]
  return [
    warning('token', { subject, message: `The token ends on ${day}, in ${days} days.`, remedy: RECONNECT }),
  ]
}

export async function checkAppSubscribed(doctor: Doctor, { account, token }: Patient): Promise<Finding[]> {
  const subject = account.waba_id
  const told = token === null ? undefined : await doctor.meta.readSubscribedApps(token, account.waba_id)
  if (!told?.ok) return []
  const app = told.value.find(one => one.app_id === doctor.meta.app_id)
  if (!app) {
    return [
      error('app_subscribed', {
        subject,
        message: 'The app is not subscribed to this account: its messages and statuses do not come here.',
        remedy: `POST /{waba}/subscribed_apps with the account's token, or: carom doctor --fix.`,
        fixable: true,
      }),
    ]
  }
  const url = app.override_callback_uri
  if (url !== null && url !== callbackUrl(doctor)) {
    return [
      warning('app_subscribed', {
        subject,
        message: `The account's webhooks are sent to ${url} instead of the app's address.`,
        remedy:
          'If that is not meant: POST /{waba}/subscribed_apps without a body takes it away, or: carom doctor --fix.',
        fixable: true,
      }),
    ]
  }
  return [ok('app_subscribed', "The app hears of this account's webhooks.", subject)]
}

export async function checkPayment(doctor: Doctor, { account, token }: Patient): Promise<Finding[]> {
  const subject = account.waba_id
  const told = token === null ? undefined : await doctor.meta.readFunding(token, account.waba_id)
  if (!told?.ok) return []
  if (told.value.funded) return [ok('payment', 'The account has a payment method.', subject)]
  return [
    error('payment', {
      subject,
      message: 'The account has no payment method: whatever costs money is refused (131042).',
      remedy: 'Add one in Business settings → Billing, for this WhatsApp account.',
    }),
  ]
}

export async function checkAccount(doctor: Doctor, { account }: Patient): Promise<Finding[]> {
  const subject = account.waba_id
  const { restricted_until, review_status } = account
  const found: Finding[] = []
  if (account.status === 'restricted') {
    const until = restricted_until ? `, until ${restricted_until.toISOString().slice(0, 10)}` : ''
    const message = `Meta has restricted the account${until}.`
    found.push(
      error('account', {
        subject,
        message,
        remedy: 'Read why, and appeal, in WhatsApp Manager → Account quality.',
      }),
    )
  }
  if (review_status !== null && !/^approved$/i.test(review_status)) {
    const message = `Meta's review of the account is ${review_status}.`
    found.push(
      warning('account', {
        subject,
        message,
        remedy: 'Look at Business settings → WhatsApp accounts; verify the business if asked.',
      }),
    )
  }
  if (found.length === 0) found.push(ok('account', 'The account may send.', subject))
  return [...found, ...(await templateFindings(doctor, account))]
}

const STALE_HOURS = 24

async function templateFindings(doctor: Doctor, account: AccountRow): Promise<Finding[]> {
  const subject = account.waba_id
  const found = (await unhealthyTemplates(doctor.db, account.id)).map(({ status, count, names }) => {
    const list = `${names.join(', ')}${count > names.length ? ', …' : ''}`
    const say = status === 'REJECTED' ? notice : warning
    const remedy =
      status === 'PAUSED'
        ? 'It comes back by itself after some hours; send it to fewer people, or improve it with PATCH /whatsapp/templates/:id.'
        : 'GET /whatsapp/templates/:id tells why; edit it, or make another.'
    return say('templates', { subject, message: `${count} ${status.toLowerCase()}: ${list}.`, remedy })
  })
  const synced_at = await lastSync(doctor.db, account.id)
  const hours =
    synced_at === null ? Number.POSITIVE_INFINITY : (doctor.clock.nowMs() - synced_at.getTime()) / 3_600_000
  if (hours > STALE_HOURS) {
    const message = "The templates have not been compared with Meta's for a day."
    found.push(
      warning('template_sync', {
        subject,
        message,
        remedy: 'POST /whatsapp/templates/sync, or: carom doctor --fix.',
        fixable: true,
      }),
    )
  }
  return found.length > 0 ? found : [ok('templates', 'No template is paused, rejected or disabled.', subject)]
}
