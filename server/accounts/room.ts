// The room of accounts: what its verbs share, and the hot path of everything that sends or receives: which number is
// this, whose is it, with which token. Remembered in memory, forgotten when any process announces a change.

import type { Queryable } from '../db/pool.ts'
import type { House } from '../house.ts'
import type { Principal } from '../http/route.ts'
import { fail } from '../kit/errors.ts'
import type { Refusal } from '../meta/request.ts'
import * as queries from './queries.ts'
import { type Memory, memory } from './remember.ts'
import { type AccountRow, type AccountStatus, statusNow } from './schema.ts'
import { tellAccounts } from './tell.ts'

export type Accounts = House & {
  numbers: Memory<AccountNumber>
  wabas: Memory<HeldAccount>
  hooks: Hooks
}

/** What rooms above do for this one; they set it when they open. Imports go down, so this room cannot call them. */
export type Hooks = {
  /** The last step of onboarding. Undefined: done. */
  pullTemplates(account: ConnectedAccount): Promise<Refusal | undefined>
  /** A bot of the tenant. */
  findBot(db: Queryable, tenant_id: string, bot_id: string): Promise<{ is_active: boolean } | undefined>
}

export type ConnectedAccount = { id: string; tenant_id: string; waba_id: string; token: string }

export type HeldAccount = { id: string; tenant_id: string; waba_id: string }

/** A number with what is needed to use it. `token` is null and `held` false once it is disconnected. */
export type AccountNumber = {
  id: string
  tenant_id: string
  account_id: string
  waba_id: string
  phone_number_id: string
  display_phone_number: string
  /** What its account is billed in, and Meta's id of the time zone by which. */
  currency: string | null
  timezone_id: string | null
  sandbox: boolean
  coexistence: boolean
  status: string
  account_status: AccountStatus
  messages_per_second: number
  bot_id: string | null
  autoreply_enabled: boolean
  held: boolean
  token: string | null
}

export type SendableNumber = AccountNumber & { token: string }

const REMEMBERED = 10_000

export function openAccounts(house: House): Accounts {
  const accounts: Accounts = {
    ...house,
    numbers: memory(REMEMBERED),
    wabas: memory(REMEMBERED),
    hooks: { pullTemplates: async () => undefined, findBot: async () => undefined },
  }
  house.listener.on(queries.CHANNEL, account_id => forgetAccount(accounts, account_id))
  house.listener.onReconnect(() => {
    accounts.numbers.clear()
    accounts.wabas.clear()
  })
  return accounts
}

/** For the process that made a change: it must not wait for its own announcement. */
export function forgetAccount(accounts: Accounts, account_id: string): void {
  accounts.numbers.forget(number => number.account_id === account_id)
  accounts.wabas.forget(account => account.id === account_id)
}

/** A number of the tenant, by our id or Meta's; also one that is disconnected. */
export function findNumber(
  accounts: Accounts,
  tenant_id: string,
  phone_id: string,
): Promise<AccountNumber | undefined> {
  return remembered(accounts, `${tenant_id} ${phone_id}`, () =>
    queries.findInTenant(accounts.db, tenant_id, phone_id),
  )
}

/** The number behind Meta's id, whoever's it is, while it is connected: for webhooks. */
export function findByMetaId(
  accounts: Accounts,
  phone_number_id: string,
): Promise<AccountNumber | undefined> {
  return remembered(accounts, `meta ${phone_number_id}`, () => queries.findHeld(accounts.db, phone_number_id))
}

/** Who holds a WABA: for webhooks about the account itself. */
export function findByWaba(accounts: Accounts, waba_id: string): Promise<HeldAccount | undefined> {
  return accounts.wabas.get(waba_id, async () => {
    const row = await queries.findHeldAccount(accounts.db, waba_id)
    return row && { id: row.id, tenant_id: row.tenant_id, waba_id: row.waba_id }
  })
}

/** The number of a stored message; undefined when it can no longer send. */
export async function sendableById(accounts: Accounts, id: string): Promise<SendableNumber | undefined> {
  const number = await remembered(accounts, id, () => queries.findById(accounts.db, id))
  return number && isSendable(number) ? number : undefined
}

/** The caller's number, ready to send. `param` names the field that it came from. */
export async function requireSendable(
  accounts: Accounts,
  caller: Principal,
  phone_id: string,
  param = 'phone_number_id',
): Promise<SendableNumber> {
  const number = await findNumber(accounts, caller.tenant_id, phone_id)
  if (!number) {
    const message = 'There is no such number in this account; GET /api/v1/whatsapp/phone_numbers lists yours.'
    fail('not_found', { param, message })
  }
  requireSandboxAllowed(caller, number)
  if (isSendable(number)) return number
  if (number.account_status === 'token_invalid') fail('meta_token_invalid', { param })
  const message = 'This number is disconnected; connect it again through onboarding.'
  return fail('invalid_state', { param, message })
}

/** A cm_test_ key reaches sandbox numbers only. */
export function requireSandboxAllowed(caller: Principal, number: { sandbox: boolean }): void {
  if (caller.sandbox_only && !number.sandbox) fail('sandbox_key')
}

/** Meta has refused the account's token. Asked for by every send that fails so, it writes once. */
export async function markTokenInvalid(accounts: Accounts, account_id: string): Promise<void> {
  const lost = await accounts.db.transaction(async tx => {
    if (!(await queries.setTokenInvalid(tx, account_id, accounts.clock.now()))) return false
    await tellAccounts(accounts, tx, [account_id])
    return true
  })
  if (!lost) return
  accounts.log.warn({ account_id }, "Meta no longer accepts an account's token: it must be connected again")
  forgetAccount(accounts, account_id)
  await queries.announce(accounts.db, account_id)
}

export function tokenContext(account_id: string): string {
  return `account_token:${account_id}`
}

export function openToken(
  accounts: Accounts,
  account: Pick<AccountRow, 'id' | 'token_sealed'>,
): string | null {
  return account.token_sealed === null
    ? null
    : accounts.sealer.open(account.token_sealed, tokenContext(account.id))
}

function isSendable(number: AccountNumber): number is SendableNumber {
  return number.held && number.token !== null && /^(connected|restricted)$/.test(number.account_status)
}

async function remembered(
  accounts: Accounts,
  key: string,
  load: () => Promise<queries.FoundNumber | undefined>,
): Promise<AccountNumber | undefined> {
  return accounts.numbers.get(key, async () => {
    const row = await load()
    return row && toNumber(accounts, row)
  })
}

function toNumber(accounts: Accounts, row: queries.FoundNumber): AccountNumber {
  const { id, tenant_id, account_id, waba_id, phone_number_id, display_phone_number, sandbox, coexistence } =
    row
  const { status, messages_per_second, bot_id, autoreply_enabled, held } = row
  return {
    ...{ id, tenant_id, account_id, waba_id, phone_number_id, display_phone_number, sandbox, coexistence },
    ...{ status, messages_per_second, bot_id, autoreply_enabled, held },
    ...{ currency: row.currency, timezone_id: row.timezone_id },
    account_status: statusNow(row.account_status, row.restricted_until, accounts.clock.now()),
    token: openToken(accounts, { id: account_id, token_sealed: row.token_sealed }),
  }
}
