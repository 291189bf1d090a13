// Codes of areas beside plain messaging: groups, paging, calling, the block list, usernames, and the codes of the
// retired on-premises API that old data may still hold. Looked up through ../verdicts.ts.

import { type Line, type Table, throttle } from './entry.ts'

const MINUTE = 60_000

export const others: Table = {
  131020: group(
    'Group has a single member',
    'The group has only one member.',
    'Invite somebody before writing to the group.',
  ),
  131041: group('Unknown group', 'Meta knows no such group.', 'Check the group id.'),
  131059: [
    'Invalid cursor',
    'The paging cursor is stale.',
    'sender',
    'now',
    'Read the list again from its beginning.',
  ],
  131201: group(
    'Partial success',
    'Only a part of the group change was done.',
    "Repeat it for those whom Meta's details name.",
  ),
  131202: group(
    'Duplicate participant',
    'A participant is named twice, or is in the group already.',
    'Name every participant once.',
  ),
  131203: group(
    'Participant has not accepted the terms',
    'A participant has not accepted the terms for groups.',
    'Leave this participant out.',
  ),
  131204: group(
    'Too many participants',
    'The group would have more participants than allowed.',
    'Name fewer participants.',
  ),
  131207: group('Group is suspended', 'Meta has suspended the group.', 'Use another group.'),
  131208: [
    'Group rate limit hit',
    'Too many calls about groups were made in a short time.',
    'sender',
    'later',
    'Wait, and make fewer of these calls.',
    throttle(5_000, 2, 10 * MINUTE),
  ],
  131209: group(
    'Group picture not valid',
    'The picture of the group cannot be used.',
    'Use a JPEG of the size that Meta documents.',
  ),
  131210: group(
    'Group limit reached',
    'The number has as many groups as it may.',
    'Delete groups that are not used.',
  ),
  131211: group(
    'Group not allowed',
    'The number may not use this function of groups.',
    'Check whether the number is an official business account.',
  ),
  131212: group(
    'Group change refused',
    'Meta refused this change of the group.',
    "Correct what Meta's details name.",
  ),
  131213: group(
    'Group change refused',
    'Meta refused this change of the group.',
    "Correct what Meta's details name.",
  ),
  131214: group(
    'Group limit reached',
    'A limit of the group was reached.',
    "Read Meta's details for the limit.",
  ),
  131215: group(
    'Not eligible for groups',
    'The number may not use groups.',
    'Only official business accounts can use groups.',
  ),
  131044: call(
    'No payment method for calls',
    'The WABA has no payment method for user-initiated calls.',
    'Add a payment method in WhatsApp Manager.',
  ),
  138000: call(
    'Calling not enabled',
    'Calling is not enabled for this number.',
    'Enable calling for the number.',
  ),
  138001: call(
    'Callee cannot be called',
    'This person cannot be called at present.',
    'Write to them instead.',
  ),
  138002: call(
    'Concurrent call limit',
    'As many calls are running as are allowed.',
    'Wait until a call has ended.',
    'later',
  ),
  138003: call('Duplicate call', 'There is a call with this person already.', 'End the running call first.'),
  138004: call('Call connection error', 'Meta could not connect the call.', 'Try again.', 'now'),
  138005: call(
    'Call rate limit',
    'Too many calls were made in a short time.',
    'Wait, and call less often.',
    'later',
  ),
  138006: call(
    'No call permission',
    'The person has not allowed calls.',
    'Ask for permission with a call permission request.',
  ),
  138007: call('Call connect timeout', 'The call was not connected in time.', 'Try again.', 'now'),
  138009: call(
    'Call permission request limit',
    'The person was asked for call permission too often.',
    'Wait before asking again.',
    'later',
  ),
  138012: call(
    'Daily call limit',
    'The person was called as often as is allowed in a day.',
    'Call again tomorrow.',
    'later',
  ),
  138013: call(
    'Calling unavailable',
    'Calling is not available for this number or country.',
    'Write instead of calling.',
  ),
  138014: call(
    'Calling temporarily disabled',
    'Meta has disabled calling for this number for a while.',
    'Wait until it is enabled again.',
    'later',
  ),
  138015: call(
    'Calling cannot be enabled',
    'The number does not fulfil the conditions for calling.',
    "Read Meta's details for the missing condition.",
  ),
  138017: call(
    'Permanent permission exists',
    'The person has allowed calls permanently.',
    'Call without asking again.',
  ),
  138018: call(
    'Calling prerequisites missing',
    'A condition for calling is not fulfilled.',
    "Read Meta's details for the missing condition.",
  ),
  138019: call(
    'Call setup failed',
    'The call could not be set up.',
    'Check the SDP of the call, then try again.',
    'now',
  ),
  138020: call('Call relay failed', 'The media relay of the call failed.', 'Try again.', 'now'),
  138021: call(
    'Call media receive timeout',
    'Meta received no media from the business.',
    "Check the business's media connection.",
  ),
  138022: call(
    'Call media send timeout',
    'Meta could not send media to the business.',
    "Check the business's media connection.",
  ),
  138023: call('No call media', 'The call carried no media.', "Check the business's media connection."),
  139100: block(
    'Partial failure',
    'Only some of the people could be blocked or unblocked.',
    "Repeat it for those whom Meta's details name.",
  ),
  139101: block(
    'Block list is full',
    'The block list holds 64,000 people, which is its limit.',
    'Unblock somebody first.',
  ),
  139102: block(
    'Concurrent update',
    'The block list was changed by another call at the same moment.',
    'Try again.',
    'now',
  ),
  139103: block('Block list error', 'Meta could not change the block list.', 'Try again later.', 'later'),
  147001: username(
    'Username not available',
    'The username is taken or not allowed.',
    'Choose another username.',
  ),
  147002: username(
    'Not eligible for a username',
    'The number may not have a username yet.',
    'Check the conditions in WhatsApp Manager.',
  ),
  147003: username(
    'Facebook page not linked',
    'The username belongs to a Facebook page that is not linked.',
    'Link the page to the portfolio.',
  ),
  147004: username(
    'Instagram account not linked',
    'The username belongs to an Instagram account that is not linked.',
    'Link the account to the portfolio.',
  ),
}

/** Codes of the on-premises API → the code that replaced them. */
export const legacy: Readonly<Record<number, number>> = { 470: 131047, 471: 131048, 1026: 131026 }

function group(title: string, cause: string, next_step: string): Line {
  return [title, cause, 'sender', 'never', next_step]
}

function call(title: string, cause: string, next_step: string, retry: Line[3] = 'never'): Line {
  return [title, cause, 'operator', retry, next_step]
}

function block(title: string, cause: string, next_step: string, retry: Line[3] = 'never'): Line {
  return [title, cause, 'sender', retry, next_step]
}

function username(title: string, cause: string, next_step: string): Line {
  return [title, cause, 'operator', 'never', next_step]
}
