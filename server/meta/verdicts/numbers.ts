// Codes about registering and migrating numbers, coexistence, and why a token ended. Looked up through ../verdicts.ts.

import { type Table, TOKEN_INVALID, throttle, transient } from './entry.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

export const numbers: Table = {
  131045: [
    'Incorrect certificate',
    "The number's registration at Meta is not in order.",
    'operator',
    'never',
    'Register the number again through onboarding.',
  ],
  133000: [
    'Incomplete Deregistration',
    'An earlier deregistration of the number did not finish.',
    'operator',
    'never',
    'Deregister the number again, then register it.',
  ],
  133004: [
    'Server Temporarily Unavailable',
    "Meta's registration service is down for a moment.",
    'meta',
    'now',
    'Try again with growing pauses.',
    transient(500),
  ],
  133005: [
    'Two step verification PIN Mismatch',
    'The number has two-step verification, and the PIN that was given is not its PIN.',
    'operator',
    'never',
    'Call again with the number\'s own PIN in "pin", or reset the PIN in WhatsApp Manager first.',
  ],
  133006: [
    'Phone number re-verification needed',
    'The number was not verified by a code yet.',
    'operator',
    'never',
    'Request a code for the number and verify it in WhatsApp Manager, then register it.',
  ],
  133008: [
    'Too Many two step verification PIN Guesses',
    'A wrong PIN was given too often.',
    'operator',
    'later',
    "Wait as long as Meta's details say, then use the right PIN.",
    throttle(HOUR, 2, 24 * HOUR),
  ],
  133009: [
    'Two step verification PIN Guessed Too Fast',
    'PINs were tried too quickly one after another.',
    'operator',
    'later',
    "Wait as long as Meta's details say, then use the right PIN.",
    throttle(5 * MINUTE, 2, HOUR),
  ],
  133010: [
    'Phone number Not Registered',
    'The number is not registered with the Cloud API.',
    'operator',
    'never',
    'Register the number by connecting it again through onboarding.',
  ],
  133015: [
    'Please wait a few minutes before attempting to register this phone number',
    'The number was deleted a moment ago.',
    'operator',
    'later',
    'Try again in five minutes.',
    throttle(5 * MINUTE, 1, 5 * MINUTE),
  ],
  133016: [
    'Account register deregister rate limit exceeded',
    'The number was registered or deregistered ten times within 72 hours.',
    'operator',
    'later',
    'Wait 72 hours before registering it again.',
    throttle(72 * HOUR, 1, 72 * HOUR),
  ],
  2388001: [
    'Migration not possible yet',
    'The ownership of the number is not confirmed, or two-step verification is still on.',
    'operator',
    'never',
    'Switch two-step verification off where the number is now, then migrate it again.',
  ],
  2388012: [
    'Number is in the account already',
    'The number belongs to this WABA already.',
    'operator',
    'never',
    'There is nothing to migrate.',
  ],
  2388091: [
    'Code request not allowed',
    'A code was requested for a number that is not being migrated.',
    'operator',
    'never',
    'Begin the migration of the number first.',
  ],
  2388093: [
    'Code verification not allowed',
    'A code was given for a number that is not being migrated.',
    'operator',
    'never',
    'Begin the migration of the number first.',
  ],
  2388103: [
    'Number cannot be migrated',
    'Meta refuses to migrate the number.',
    'operator',
    'never',
    "Read Meta's details, and put in order what they name.",
  ],
  2593079: [
    'Deprecated ownership model',
    'The WABA uses an ownership model that Meta has retired.',
    'operator',
    'never',
    'Ask Meta support to move the account.',
  ],
  2593085: [
    'Deprecated ownership model',
    'The WABA uses an ownership model that Meta has retired.',
    'operator',
    'never',
    'Ask Meta support to move the account.',
  ],
  2593107: [
    'Synchronization Request limit exceeded',
    'This synchronisation was requested already; each can be requested once.',
    'operator',
    'never',
    'Wait for the data of the first request.',
  ],
  2593108: [
    'Synchronization Request made outside of allowed time window',
    'More than 24 hours have passed since the number was connected.',
    'operator',
    'never',
    'Disconnect the number in the app and connect it again.',
  ],
  2593109: [
    'History sharing declined',
    'The business chose not to share its chat history.',
    'operator',
    'never',
    'There is nothing to do; only new messages will arrive.',
  ],
}

const reconnect = 'Reconnect the account with a new token through onboarding.'

/** Why a token ended: subcodes of 190 and 102. */
export const tokenSubcodes: Table = {
  458: [
    'App not installed',
    'The business has removed the app.',
    'operator',
    'never',
    reconnect,
    TOKEN_INVALID,
  ],
  459: [
    'User checkpointed',
    "Meta wants the token's owner to log in and pass a check.",
    'operator',
    'never',
    'Log in at facebook.com, pass the check, then reconnect the account.',
    TOKEN_INVALID,
  ],
  460: [
    'Password changed',
    "The token's owner has changed their password.",
    'operator',
    'never',
    reconnect,
    TOKEN_INVALID,
  ],
  463: [
    'Access token has expired',
    'The access token has expired.',
    'operator',
    'never',
    reconnect,
    TOKEN_INVALID,
  ],
  464: [
    'Unconfirmed user',
    "The token's owner has not confirmed their account.",
    'operator',
    'never',
    'Confirm the account at facebook.com, then reconnect.',
    TOKEN_INVALID,
  ],
  467: [
    'Invalid access token',
    'The access token was revoked, or its owner has logged out.',
    'operator',
    'never',
    reconnect,
    TOKEN_INVALID,
  ],
  492: [
    'Invalid session',
    'The session behind the token is no longer valid.',
    'operator',
    'never',
    reconnect,
    TOKEN_INVALID,
  ],
}

/** Why Embedded Signup's code could not be exchanged: subcodes of 100. */
export const codeSubcodes: Table = {
  36007: [
    'Code has expired',
    'The code of Embedded Signup has expired (it lives 30 seconds) or is not a code of this app.',
    'operator',
    'never',
    'Open Embedded Signup again and hand over the new code at once.',
  ],
  36008: [
    'Redirect address differs',
    'The code was made with a redirect address, and exchanging it needs the same one.',
    'operator',
    'never',
    'Open Embedded Signup with the JavaScript SDK, without a redirect address.',
  ],
  36009: [
    'Code is not valid',
    'The code of Embedded Signup was used already, or is not a code at all; each can be used once.',
    'operator',
    'never',
    'Open Embedded Signup again and hand over the new code.',
  ],
}

/** What code 100 means when the object of the path is not there. */
export const objectSubcodes: Table = {
  33: [
    'Object does not exist',
    'Meta knows no object of this id, or the token may not see it.',
    'operator',
    'never',
    'Check the id, and that the token was granted for it.',
  ],
}
