// What happens to the person rather than in the chat: another phone number, another user id, marketing messages stopped or
// wanted again.

import { sendEvent, sendMessage } from '../api.js'
import { byId } from '../elements.js'
import { phone } from '../format.js'
import { currentUser, state, takeUser, watch } from '../state.js'
import { attempt } from '../toast.js'
import { askSheet, typed } from './sheet.js'

/** @param {{ moved: (userKey: string) => Promise<void> }} actions */
export function startPerson({ moved }) {
  byId('change-number').addEventListener('click', () => openNumber(moved))
  byId('change-id').addEventListener('click', () => openId(moved))
  const marketing = byId('switch-marketing')
  marketing.addEventListener('change', () => setMarketing(marketing.checked))
  watch('panel', () => {
    const user = currentUser()
    marketing.checked = !user?.stopped_marketing
    byId('change-number').hidden = !user?.wa_id
  })
}

/** @param {(userKey: string) => Promise<void>} moved */
function openNumber(moved) {
  const user = currentUser()
  const field = {
    name: 'phone',
    label: 'New number',
    type: 'tel',
    placeholder: '+1 555 010 1099',
    required: true,
  }
  askSheet({
    title: 'Change the phone number',
    note: `From ${user?.wa_id ? phone(user.wa_id) : ''}. WhatsApp tells the business, and the user id changes too.`,
    fields: [field],
    action: 'Change number',
    run: data => {
      const wa_id = typed(data, 'phone').replace(/\D/g, '')
      return change({ type: 'user_changed_number', wa_id }, moved)
    },
  })
}

/** @param {(userKey: string) => Promise<void>} moved */
function openId(moved) {
  const random = crypto.getRandomValues(new Uint32Array(2))
  const value = `US.${`${random[0]}${random[1]}`.padEnd(16, '0').slice(0, 16)}`
  askSheet({
    title: 'Change the user id',
    note: 'The id that this business knows the person by.',
    fields: [
      {
        name: 'user_id',
        label: 'New user id',
        value,
        required: true,
        pattern: '[A-Z]{2}\\.[A-Za-z0-9.]{1,128}',
      },
    ],
    action: 'Change user id',
    run: data => change({ type: 'user_changed_user_id', user_id: typed(data, 'user_id') }, moved),
  })
}

/** @param {object} system @param {(userKey: string) => Promise<void>} moved */
async function change(system, moved) {
  const chat = { phone_number_id: state.phoneNumberId, user: state.userKey }
  const message = await attempt(sendMessage({ ...chat, type: 'system', system }))
  if (message) await moved(message.user)
  return Boolean(message)
}

/** @param {boolean} isWanted */
async function setMarketing(isWanted) {
  const { phoneNumberId: phone_number_id, userKey: user } = state
  const value = isWanted ? 'resume' : 'stop'
  const told = await attempt(sendEvent({ field: 'user_preferences', phone_number_id, user, value }))
  const known = currentUser()
  if (known) takeUser(told ? { ...known, stopped_marketing: !isWanted } : known)
}
