// Endpoints of tenants that take nothing: those that Carom has switched off, and those that are down. Everybody sees their
// own; the operator everybody's, of others without more than their hosts.

import { SUSPECT_FAILURES } from '../../events/deliveries/schedule.ts'
import { error, type Finding, ok, warning } from '../finding.ts'
import { type TroubledEndpoint, troubledEndpoints } from '../queries.ts'
import type { Doctor } from '../room.ts'

const MOST = 20

export async function checkEndpoints(
  { db }: Doctor,
  { tenant_id, operator }: { tenant_id: string; operator: boolean },
): Promise<Finding[]> {
  const wanted = { tenant_id: operator ? null : tenant_id, failures: SUSPECT_FAILURES, limit: MOST }
  const troubled = await troubledEndpoints(db, wanted)
  if (troubled.length === 0)
    return operator ? [ok('endpoints', 'Webhook endpoints take what they are sent.')] : []
  return troubled.map(one => (one.is_active ? down(one, tenant_id) : switchedOff(one, tenant_id)))
}

function switchedOff(endpoint: TroubledEndpoint, tenant_id: string): Finding {
  const { id, disabled_reason, disabled_at } = endpoint
  const why = disabled_reason === 'gone' ? 'it answered 410' : 'it had taken nothing for five days'
  const on = disabled_at?.toISOString() ?? ''
  return error('endpoints', {
    subject: id,
    message: `${nameOf(endpoint, tenant_id)} was switched off on ${on.slice(0, 10)}: ${why}.`,
    remedy: `Delete it, or mend it and PUT /webhooks/${id} {"is_active": true}; POST /webhooks/${id}/redeliver {"from": "${on}"} sends what it missed.`,
  })
}

function down(endpoint: TroubledEndpoint, tenant_id: string): Finding {
  const { id, failures, failing_since } = endpoint
  const since = failing_since?.toISOString().slice(0, 16).replace('T', ' ')
  return warning('endpoints', {
    subject: id,
    message: `${nameOf(endpoint, tenant_id)} takes nothing: ${failures} failures in a row, since ${since} UTC.`,
    remedy: `See what it answers: GET /webhooks/${id}/deliveries?status=waiting. After five days it is switched off.`,
  })
}

function nameOf({ url, tenant_id, tenant_name }: TroubledEndpoint, own: string): string {
  return tenant_id === own ? `The endpoint ${url}` : `An endpoint of ${tenant_name} at ${new URL(url).host}`
}
