// What the door needs of the rest of the house, as small interfaces: who a key belongs to, what it may still ask
// for, and what became of an Idempotency-Key. main.ts fills them in; nothing here knows a table.

import type { Log } from '../kit/log.ts'
import type { Tracer } from '../kit/trace.ts'
import type { Principal } from './route.ts'

export type Refusal = 'invalid_api_key' | 'expired_api_key'

/** Answers at once where it can: a promise per request is what a cache is there to avoid. */
export type Authenticate = (token: string) => Principal | Refusal | Promise<Principal | Refusal>

export type Grant = { allowed: boolean; remaining: number; retry_after_s: number }

export type Limiter = {
  take(key_id: string, limit_rpm: number): Grant | Promise<Grant>
}

export type Answer = { status: number; headers: Record<string, string>; body: Buffer }

/** A held lease on a key. `owner` is made anew by every claim: who lost the lease can settle nothing. */
export type Claim = { id: string; owner: string }

export type ClaimResult =
  | ({ state: 'claimed' } & Claim)
  /** The first run was cut off, and this caller alone may find out what became of it. */
  | ({ state: 'taken_over' } & Claim)
  | { state: 'in_use'; retry_after_s: number }
  | { state: 'reused' }
  | { state: 'done'; answer: Answer }

export type IdempotencyStore<Tx> = {
  claim(request: {
    tenant_id: string
    key: string
    request_hash: Buffer
    lease_ms: number
  }): Promise<ClaimResult>
  /** Keeps the answer. False: the lease was lost to another, whose answer counts. */
  settle(claim: Claim, answer: Answer, options: { sealed: boolean }): Promise<boolean>
  /** The same within the transaction of the effect. */
  settleIn(tx: Tx, claim: Claim, answer: Answer, options: { sealed: boolean }): Promise<boolean>
  /** Prolongs a lease that is still held. */
  renew(claim: Claim, lease_ms: number): Promise<void>
  /** Ends the lease now and keeps the row: the next claimant takes over. */
  handBack(claim: Claim): Promise<void>
  /** Forgets the key: the next request with it is a first one. */
  release(claim: Claim): Promise<void>
}

/** What is told of every answered request, to metrics for example. `route` is the pattern, never the path. */
export type Answered = {
  method: string
  route: string
  status: number
  ms: number
  request_id: string
  tenant_id: string | undefined
  key_id: string | undefined
}

/** A change that a key made. Names of fields only: values may be anybody's data. */
export type Audited = {
  tenant_id: string
  key_id: string
  action: string
  subject: string | null
  fields: string[]
  status: number
  request_id: string
}

export type Door<Tx> = {
  authenticate: Authenticate
  limiter: Limiter
  idempotency: IdempotencyStore<Tx>
  transaction: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>
  /** Tells a database that is out of reach from a bug. */
  isDatabaseDown(error: unknown): boolean
  log: Log
  /** Where each request's line goes. Its fields are never secret: a logger without redaction is twice as fast. */
  request_log: Pick<Log, 'info'>
  tracer: Tracer
  /** How long a run may be silent before another process takes its Idempotency-Key over. Renewed while it runs. */
  lease_ms: number
  onAnswer?: (answered: Answered) => void
  /** Remembers a change; in its own transaction where it has one. */
  audit?: (tx: Tx | undefined, entry: Audited) => Promise<void>
}
