// One look at everything that a tenant may see: its accounts and numbers; the operator, also at the installation. A check
// that fails, or takes too long, is a finding and never the end of the others.

import { heldAccounts } from '../accounts/find.ts'
import { openToken } from '../accounts/room.ts'
import {
  checkAccount,
  checkAppSubscribed,
  checkPayment,
  checkToken,
  type Patient,
} from './checks/accounts.ts'
import { checkEndpoints } from './checks/endpoints.ts'
import { checkClock, checkDatabase, checkDisk, checkGraphVersion, checkSettings } from './checks/machine.ts'
import { checkNumbers } from './checks/numbers.ts'
import { checkPublicUrl, checkSubscription } from './checks/webhook.ts'
import { checkWork } from './checks/work.ts'
import { error, type Finding, SEVERITIES, warning } from './finding.ts'
import type { Doctor } from './room.ts'

type Check = (doctor: Doctor) => Promise<Finding[]>

const INSTALLATION: Record<string, Check> = {
  settings: checkSettings,
  graph_version: checkGraphVersion,
  database: checkDatabase,
  clock: checkClock,
  disk: checkDisk,
  public_url: checkPublicUrl,
  webhook_subscription: checkSubscription,
  work: checkWork,
}

const ACCOUNT: Record<string, (doctor: Doctor, patient: Patient) => Promise<Finding[]>> = {
  token: checkToken,
  app_subscribed: checkAppSubscribed,
  payment: checkPayment,
  account: checkAccount,
  numbers: checkNumbers,
}

export type Caller = { tenant_id: string; operator: boolean; sandbox_only?: boolean }

/** The worst first. */
export async function examine(doctor: Doctor, caller: Caller): Promise<Finding[]> {
  const patients = await patientsOf(doctor, caller)
  const found = await Promise.all([
    ...(caller.operator
      ? Object.entries(INSTALLATION).map(([code, check]) => safely(code, null, check(doctor)))
      : []),
    ...patients.flatMap(patient =>
      Object.entries(ACCOUNT).map(([code, check]) =>
        safely(code, patient.account.waba_id, check(doctor, patient)),
      ),
    ),
    safely('endpoints', null, checkEndpoints(doctor, caller)),
    ...(patients.length === 0 ? [[nobody]] : []),
  ])
  const rank = (finding: Finding) => SEVERITIES.indexOf(finding.severity)
  return found.flat().sort((a, b) => rank(a) - rank(b))
}

const nobody = warning('accounts', {
  message: 'No WhatsApp Business Account is connected.',
  remedy: 'carom onboard, or Embedded Signup with POST /whatsapp/onboarding/exchange.',
})

export async function patientsOf(doctor: Doctor, { tenant_id, sandbox_only }: Caller): Promise<Patient[]> {
  const held = await heldAccounts(doctor.accounts, tenant_id, undefined)
  return held
    .filter(account => !sandbox_only || account.sandbox)
    .map(account => ({ account, token: openToken(doctor.accounts, account) }))
}

const TIMEOUT_MS = 20_000

async function safely(code: string, subject: string | null, check: Promise<Finding[]>): Promise<Finding[]> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`It took more than ${TIMEOUT_MS / 1000} seconds.`)), TIMEOUT_MS).unref()
  })
  return Promise.race([check, late]).catch((failure: Error) => [
    error(code, {
      ...(subject === null ? {} : { subject }),
      message: `This could not be looked at: ${failure.message}`,
      remedy: 'Look at the log of Carom.',
    }),
  ])
}
