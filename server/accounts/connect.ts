// Connects a WABA and one of its numbers with a token: what both ways of onboarding share. Everything is read first,
// then claimed in the database, then changed at Meta. No transaction is open across a call to Meta: what was reached
// is stored after each step, and calling again does the rest.

import type { NumberInfo } from '../meta/numbers.ts'
import type { TokenInfo } from '../meta/tokens.ts'
import type { WabaInfo } from '../meta/wabas.ts'
import { claim } from './claim.ts'
import { requireAccount } from './find.ts'
import { checkGranted, findWaba, lists } from './findWaba.ts'
import { inspectToken } from './inspectToken.ts'
import { messagesPerSecond } from './pace.ts'
import * as queries from './queries.ts'
import { register } from './register.ts'
import { type Accounts, forgetAccount } from './room.ts'
import type { Account } from './schema.ts'
import { failStep, must, stepFailure } from './steps.ts'
import { tellAccounts } from './tell.ts'

export type Connecting = {
  token: string
  /** The field of the body that the token came from. */
  token_param: string
  waba_id?: string | undefined
  phone_number_id: string
  pin?: string | undefined
}

/** `created`: the account was not connected before this call. */
export type Connected = { account: Account; created: boolean }

export async function connect(accounts: Accounts, tenant_id: string, wish: Connecting): Promise<Connected> {
  const { meta, db, clock } = accounts
  const { token } = wish
  const found = await look(accounts, wish)
  const claimed = await claim(accounts, tenant_id, { token, ...found })
  const { account_id } = claimed
  const { waba_id } = found.waba
  must('subscribe_app', await meta.subscribeApp(token, waba_id))
  await queries.stampSubscribed(db, account_id, clock.now())
  await register(accounts, token, claimed.number, found.number, wish.pin)
  await readAgain(accounts, token, account_id, found.number)
  await db.transaction(async tx => {
    await queries.stampUsable(tx, account_id, clock.now())
    await tellAccounts(accounts, tx, [account_id])
  })
  await changed(accounts, account_id)
  const refusal = await accounts.hooks.pullTemplates({ id: account_id, tenant_id, waba_id, token })
  if (refusal) throw stepFailure('pull_templates', refusal)
  const created = await queries.stampConnected(db, account_id, clock.now())
  return { account: await requireAccount(accounts, tenant_id, account_id), created }
}

type Found = { info: TokenInfo; waba: WabaInfo; number: NumberInfo }

/** Reads and checks everything; changes nothing, here or at Meta. */
async function look(accounts: Accounts, wish: Connecting): Promise<Found> {
  const { meta } = accounts
  const { token, phone_number_id } = wish
  const info = await inspectToken(accounts, token, wish.token_param)
  if (wish.waba_id !== undefined) checkGranted(info, wish.waba_id)
  const waba_id = wish.waba_id ?? (await findWaba(accounts, token, info, phone_number_id))
  const [waba, number, numbers] = await Promise.all([
    meta.readWaba(token, waba_id),
    meta.readNumber(token, phone_number_id),
    wish.waba_id === undefined ? undefined : meta.listNumbers(token, waba_id),
  ])
  const read = { info, waba: must('read_waba', waba), number: must('read_phone_number', number) }
  if (numbers !== undefined && !lists(must('find_waba', numbers), phone_number_id)) {
    failStep('find_waba', 'invalid_parameter', {
      message: `The WABA ${waba_id} has no phone number ${phone_number_id}; check both ids.`,
      param: 'phone_number_id',
    })
  }
  return read
}

/** Registering changes the number's status. That it cannot be read at this moment is no reason to fail. */
async function readAgain(
  accounts: Accounts,
  token: string,
  account_id: string,
  before: NumberInfo,
): Promise<void> {
  if (before.status === 'CONNECTED') return
  const number = await accounts.meta.readNumber(token, before.phone_number_id)
  if (!number.ok) return
  const fresh = { ...number.value, messages_per_second: messagesPerSecond(number.value) }
  await queries.updateNumbers(accounts.db, account_id, [fresh], accounts.clock.now())
}

async function changed(accounts: Accounts, account_id: string): Promise<void> {
  forgetAccount(accounts, account_id)
  await queries.announce(accounts.db, account_id)
}
