// Mends what can be mended through Meta's API. Each step is one that an operator could take by hand, and harmless to repeat.

import { connect } from '../accounts/connect.ts'
import { WEBHOOK_FIELDS } from '../meta/inspect.ts'
import type { Result } from '../meta/request.ts'
import type { Patient } from './checks/accounts.ts'
import { callbackUrl } from './checks/webhook.ts'
import { type Caller, examine, patientsOf } from './examine.ts'
import type { Finding } from './finding.ts'
import type { Doctor } from './room.ts'

export type Fixed = { code: string; subject: string | null; done: boolean; message: string }

export async function fix(doctor: Doctor, caller: Caller): Promise<{ fixed: Fixed[]; findings: Finding[] }> {
  const broken = (await examine(doctor, caller)).filter(finding => finding.fixable)
  const patients = await patientsOf(doctor, caller)
  const fixed: Fixed[] = []
  for (const finding of broken) fixed.push(await mend(doctor, patients, finding))
  return { fixed, findings: await examine(doctor, caller) }
}

async function mend(doctor: Doctor, patients: Patient[], { code, subject }: Finding): Promise<Fixed> {
  const told = (done: boolean, message: string): Fixed => ({ code, subject, done, message })
  try {
    const message = await step(doctor, patients, code, subject)
    return told(true, message)
  } catch (failure) {
    return told(false, (failure as Error).message)
  }
}

async function step(
  doctor: Doctor,
  patients: Patient[],
  code: string,
  subject: string | null,
): Promise<string> {
  if (code === 'webhook_subscription') return subscribe(doctor)
  if (code === 'registered') return register(doctor, patients, subject ?? '')
  if (code === 'number_callback') return callHere(doctor, patients, subject ?? '')
  const { account, token } = patients.find(one => one.account.waba_id === subject) ?? gone()
  if (token === null) throw new Error('The account has no token.')
  const { id, tenant_id, waba_id } = account
  if (code === 'app_subscribed') {
    must(await doctor.meta.subscribeApp(token, waba_id))
    return 'The app was subscribed to the account.'
  }
  const refusal = await doctor.accounts.hooks.pullTemplates({ id, tenant_id, waba_id, token })
  if (refusal) must(refusal)
  return "The templates were compared with Meta's."
}

/** The way of onboarding again: it registers with the PIN that is kept, and does whatever else is missing. */
async function register(doctor: Doctor, patients: Patient[], phone_number_id: string): Promise<string> {
  const { account, token } = await patientOf(doctor, patients, phone_number_id)
  const { tenant_id, waba_id } = account
  await connect(doctor.accounts, tenant_id, { token, token_param: 'token', waba_id, phone_number_id })
  return 'The number was registered.'
}

async function callHere(doctor: Doctor, patients: Patient[], phone_number_id: string): Promise<string> {
  const { token } = await patientOf(doctor, patients, phone_number_id)
  must(await doctor.meta.removeCallback(token, phone_number_id))
  return "The number's webhooks go where the account's do."
}

/** Whose number it is, by Meta's word. */
async function patientOf(
  doctor: Doctor,
  patients: Patient[],
  phone_number_id: string,
): Promise<Patient & { token: string }> {
  for (const { account, token } of patients) {
    const numbers = token === null ? undefined : await doctor.meta.listNumbers(token, account.waba_id)
    if (!numbers?.ok || token === null) continue
    if (numbers.value.some(number => number.phone_number_id === phone_number_id)) return { account, token }
  }
  return gone()
}

function gone(): never {
  throw new Error('It is not there any more.')
}

async function subscribe(doctor: Doctor): Promise<string> {
  const callback_url = callbackUrl(doctor)
  if (callback_url === undefined) throw new Error('CAROM_PUBLIC_URL is not set.')
  const wish = { callback_url, verify_token: doctor.verify_token, fields: WEBHOOK_FIELDS }
  must(await doctor.meta.subscribeWebhooks(wish))
  return `The app was subscribed to ${WEBHOOK_FIELDS.length} fields at ${callback_url}.`
}

function must<T>(result: Result<T>): void {
  if (!result.ok)
    throw new Error(result.problem ? `${result.problem.cause} ${result.problem.next_step}` : result.reason)
}
