// Makes, changes and deletes endpoints, and gives them new secrets.

import type { Queryable } from '../../db/pool.ts'
import { fail } from '../../kit/errors.ts'
import { newId } from '../../kit/ids.ts'
import type { Events } from '../room.ts'
import type { NewWebhook, Webhook, WebhookPatch } from '../schema.ts'
import { checkEndpoint } from './check.ts'
import {
  countEndpoints,
  deleteEndpoint,
  dueNow,
  endSecrets,
  insertEndpoint,
  insertSecret,
  lockEndpoint,
  touchEndpoint,
  updateEndpoint,
} from './endpointQueries.ts'
import { NONE, presentEndpoint } from './find.ts'
import { checkSecret, newSecret, sealSecret } from './secrets.ts'

export type WithSecret = Webhook & { secret: string }

/** Each event is compared with every endpoint of its tenant. */
const MOST_ENDPOINTS = 100

export async function createEndpoint(
  events: Events,
  tx: Queryable,
  tenant_id: string,
  wish: NewWebhook,
): Promise<WithSecret> {
  const format = wish.format === 'meta' ? 'meta' : 'standard'
  checkEndpoint({ ...wish, format }, bounds(events))
  const secret = wish.secret ?? newSecret(format)
  checkSecret(format, secret)
  if ((await countEndpoints(tx, tenant_id)) >= MOST_ENDPOINTS) {
    fail('invalid_state', {
      message: `There are ${MOST_ENDPOINTS} endpoints already, the most there can be.`,
    })
  }
  const id = newId()
  const row = await insertEndpoint(tx, {
    ...{ id, tenant_id, url: wish.url, format, events: wish.events ?? ['*'] },
    description: wish.description ?? null,
    is_active: wish.is_active ?? true,
    created_at: events.clock.now(),
  })
  await storeSecret(events, tx, id, secret)
  return { ...presentEndpoint(row), secret }
}

/** Switching it on lets it begin anew: what waited for a later attempt is sent at once. */
export async function changeEndpoint(
  events: Events,
  tx: Queryable,
  tenant_id: string,
  id: string,
  wish: WebhookPatch,
): Promise<Webhook> {
  const before = (await lockEndpoint(tx, tenant_id, id)) ?? fail('not_found', { message: NONE })
  checkEndpoint({ ...wish, format: before.format }, bounds(events))
  const { url, description, is_active } = { ...before, ...wish }
  const fresh = is_active && (!before.is_active || url !== before.url)
  const change = { url, events: wish.events ?? before.events, description, is_active }
  const row = await updateEndpoint(tx, id, change, fresh, events.clock.now())
  if (fresh) await dueNow(tx, id)
  return presentEndpoint(row)
}

export async function removeEndpoint(tx: Queryable, tenant_id: string, id: string): Promise<void> {
  if (!(await deleteEndpoint(tx, tenant_id, id))) fail('not_found', { message: NONE })
}

const DAY_S = 86_400
/** Besides the new one. */
const MOST_FORMER = 2

export async function rotateSecret(
  events: Events,
  tx: Queryable,
  tenant_id: string,
  id: string,
  wish: { overlap_seconds?: number; secret?: string },
): Promise<WithSecret> {
  const { format } = (await lockEndpoint(tx, tenant_id, id)) ?? fail('not_found', { message: NONE })
  const secret = wish.secret ?? newSecret(format)
  checkSecret(format, secret)
  const now = events.clock.now()
  const until = new Date(now.getTime() + (wish.overlap_seconds ?? DAY_S) * 1000)
  await endSecrets(tx, id, now, until, MOST_FORMER)
  await storeSecret(events, tx, id, secret)
  return { ...presentEndpoint(await touchEndpoint(tx, id, now)), secret }
}

async function storeSecret(events: Events, tx: Queryable, webhook_id: string, secret: string): Promise<void> {
  const id = newId()
  await insertSecret(tx, { id, webhook_id, secret_sealed: sealSecret(events, id, secret) })
}

function bounds({ config }: Events) {
  return { private_allowed: config.CAROM_ALLOW_PRIVATE_WEBHOOKS }
}
