// Everything that is sealed at rest, for the rotation of the key. Answers kept for Idempotency-Keys may be sealed too; they
// end within 24 hours, and until then their key must stay.

import { pinContext } from './accounts/register.ts'
import { tokenContext } from './accounts/room.ts'
import { apiKeyContext, signingContext } from './bots/room.ts'
import type { SealedColumn } from './db/reseal.ts'
import { secretContext } from './events/endpoints/secrets.ts'

/** On it processes hear that there is a new key. */
export const SECRETS_CHANNEL = 'carom_secrets'

export const sealedColumns: readonly SealedColumn[] = [
  { table: 'accounts', column: 'token_sealed', context: tokenContext },
  { table: 'phone_numbers', column: 'pin_sealed', context: pinContext },
  { table: 'webhook_secrets', column: 'secret_sealed', context: secretContext },
  { table: 'bots', column: 'api_key_sealed', context: apiKeyContext },
  { table: 'bots', column: 'signing_secret_sealed', context: signingContext },
]
