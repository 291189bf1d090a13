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
  insertEndpoint,
  lockEndpoint,
  setSecrets,
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
    secrets: [sealSecret(events, id, secret)],
    created_at: events.clock.now(),
  })
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
/** Further ones are ended: a receiver that is two rotations behind has to be told. */
const MOST_SECRETS = 3

export async function rotateSecret(
  events: Events,
  tx: Queryable,
  tenant_id: string,
  id: string,
  wish: { overlap_seconds?: number; secret?: string },
): Promise<WithSecret> {
  const before = (await lockEndpoint(tx, tenant_id, id)) ?? fail('not_found', { message: NONE })
  const secret = wish.secret ?? newSecret(before.format)
  checkSecret(before.format, secret)
  const now = events.clock.now()
  const until_ms = now.getTime() + (wish.overlap_seconds ?? DAY_S) * 1000
  const former = before.secrets
    .map(({ sealed, valid_until }) => ({ sealed, valid_until: earlier(valid_until, until_ms) }))
    .filter(({ valid_until }) => Date.parse(valid_until) > now.getTime())
  const secrets = [sealSecret(events, id, secret), ...former].slice(0, MOST_SECRETS)
  return { ...presentEndpoint(await setSecrets(tx, id, secrets, now)), secret }
}

function earlier(valid_until: string | null, until_ms: number): string {
  const known_ms = valid_until === null ? Number.POSITIVE_INFINITY : Date.parse(valid_until)
  return new Date(Math.min(known_ms, until_ms)).toISOString()
}

function bounds({ config }: Events) {
  return { private_allowed: config.CAROM_ALLOW_PRIVATE_WEBHOOKS }
}
