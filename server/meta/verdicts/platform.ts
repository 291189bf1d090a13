// Codes of the Graph platform: authorisation, budgets, outages, locked accounts. Looked up through ../verdicts.ts.

import { type Table, TOKEN_INVALID, throttle, transient } from './entry.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const regrant =
  'Check that the token has whatsapp_business_messaging and whatsapp_business_management for this WABA, then reconnect the account.'

export const platform: Table = {
  0: [
    'AuthException',
    'Meta could not authenticate the access token.',
    'operator',
    'never',
    'Reconnect the account with a new token through onboarding.',
    TOKEN_INVALID,
  ],
  1: [
    'API Unknown',
    'Meta had an unknown fault, or could not make sense of the request.',
    'meta',
    'now',
    "Try again a few times; if it stays, look at Meta's status page and then at the request.",
    transient(500),
  ],
  2: [
    'API Service',
    "Meta's service is overloaded or down for a moment.",
    'meta',
    'now',
    "Try again with growing pauses; if it stays, look at Meta's status page.",
    transient(500),
  ],
  3: [
    'API Method',
    'The Meta app lacks the capability or permission for this call.',
    'operator',
    'never',
    "Check the app's permissions and products in Meta's app dashboard.",
  ],
  4: [
    'API Too Many Calls',
    'The Meta app has used up its calls for the hour.',
    'operator',
    'later',
    'Wait until the hourly budget is free again, and make fewer calls.',
    throttle(MINUTE, 2, HOUR),
  ],
  10: [
    'Permission Denied',
    'A permission is missing or was removed, or this account may not use this call.',
    'operator',
    'never',
    regrant,
  ],
  33: [
    'Parameter value is not valid',
    'The business phone number was deleted at Meta.',
    'operator',
    'never',
    'Stop using this number, and connect the one that replaces it.',
  ],
  100: [
    'Invalid parameter',
    'A parameter is unknown, misspelt, too long or has a wrong value.',
    'sender',
    'never',
    "Correct what Meta's details name, then send again.",
  ],
  101: [
    'Error validating application',
    'Meta does not know the app, or its id and secret do not belong together.',
    'operator',
    'never',
    'Check META_APP_ID and META_APP_SECRET.',
  ],
  102: [
    'API Session',
    'The session behind the access token has ended.',
    'operator',
    'never',
    'Reconnect the account with a new token through onboarding.',
    TOKEN_INVALID,
  ],
  190: [
    'Access token has expired',
    'The access token has expired, was revoked or is damaged.',
    'operator',
    'never',
    'Reconnect the account with a new token through onboarding.',
    TOKEN_INVALID,
  ],
  192: [
    'Invalid parameter',
    'Meta refused the template as it is written.',
    'sender',
    'never',
    "Correct what Meta's details name, then submit it again.",
  ],
  200: [
    'API Permission',
    'The token lacks a permission, or its system user is not assigned to this WABA.',
    'operator',
    'never',
    regrant,
    TOKEN_INVALID,
  ],
  368: [
    'Temporarily blocked for policies violations',
    "Meta has restricted or disabled this WABA for breaking WhatsApp's policies.",
    'operator',
    'later',
    'See the restriction in WhatsApp Manager, appeal there, and send nothing until it is lifted.',
  ],
  803: [
    'Object does not exist',
    'Meta knows no object with the id in the path.',
    'operator',
    'never',
    'Check the WABA id and the phone number id.',
  ],
  80007: [
    'Rate limit issues',
    'The WABA has used up its management calls for the hour.',
    'operator',
    'later',
    'Wait until the hourly budget of the WABA is free again.',
    throttle(MINUTE, 2, HOUR),
  ],
  131005: [
    'Access denied',
    'The token lacks a permission that this call needs.',
    'operator',
    'never',
    regrant,
  ],
  131031: [
    'Account has been locked',
    'Meta has locked the account, or data such as the two-step PIN does not match.',
    'operator',
    'later',
    'Look at the account in WhatsApp Manager, resolve what is reported there, then try again.',
  ],
  131057: [
    'Account in maintenance mode',
    'Meta is changing the account, for example upgrading its throughput; that takes about a minute.',
    'meta',
    'later',
    'Try again in a minute.',
    transient(15_000),
  ],
  2494100: [
    'Account is in maintenance mode',
    'Meta is migrating the phone number at this moment.',
    'meta',
    'later',
    'Try again in a few minutes.',
    transient(60_000),
  ],
}
