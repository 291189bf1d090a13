// What the phone says while a chat is empty: what to do first, with a send to copy.

import { h, icon } from './elements.js'
import { handleOf, nameOf } from './format.js'
import { currentUser, state } from './state.js'
import { copy } from './toast.js'

/** @returns {import('./elements.js').Item} */
export function emptyChat() {
  const user = currentUser()
  if (!state.world) return item('loading', waiting)
  if (!user) return item('nobody', nobody)
  const command = sendCommand(user)
  return item(`first-${user.key}-${nameOf(user)}-${state.world.app.callback_url}-${command}`, () =>
    first(user, command),
  )
}

/** @param {string} key @param {() => HTMLElement} make */
const item = (key, make) => ({ key, signature: key, make })

const waiting = () =>
  h(
    'div',
    { class: 'hint late' },
    h('h2', {}, 'Waiting for the simulator'),
    h('p', {}, 'It starts together with the gateway, or alone:'),
    h('pre', {}, 'npm run simulate'),
    h('p', {}, 'This page connects by itself.'),
  )

const nobody = () =>
  h(
    'div',
    { class: 'hint' },
    h('h2', {}, 'Nobody chosen'),
    h('p', {}, 'Choose a person, or make a new one, to hold their phone.'),
  )

/** @param {import('./api.js').User} user @param {string} command */
function first(user, command) {
  const url = state.world.app.callback_url
  return h(
    'div',
    { class: 'hint' },
    h('h2', {}, `You are ${nameOf(user)}`),
    h('p', {}, 'Write below. Your first message opens the business’s 24-hour window.'),
    h('p', {}, 'Or send from the gateway. The message appears here by itself:'),
    h(
      'div',
      { class: 'command' },
      commandHead(command),
      h('pre', { tabindex: '0', 'aria-label': 'A send to copy' }, command),
    ),
    url
      ? h('p', { class: 'small' }, 'What you write goes to ', h('code', { class: 'mono' }, url))
      : h(
          'p',
          { class: 'small warn' },
          'No webhook address is set yet: start the gateway, so that it hears what you write.',
        ),
  )
}

/** @param {string} command */
function commandHead(command) {
  const click = () => copy(command, 'Command copied')
  const attributes = {
    type: 'button',
    class: 'tool',
    title: 'Copy',
    'aria-label': 'Copy the command',
    on: { click },
  }
  return h(
    'div',
    { class: 'command-head' },
    h('span', {}, 'In a terminal'),
    h('button', attributes, icon('copy')),
  )
}

/** @param {import('./api.js').User} user */
function sendCommand(user) {
  const callback = state.world.app.callback_url
  const gateway = callback && URL.canParse(callback) ? new URL(callback).origin : 'http://127.0.0.1:4000'
  const to = user.wa_id && !user.phone_hidden ? `+${user.wa_id}` : (user.user_id ?? handleOf(user))
  const body = JSON.stringify(
    {
      phone_number_id: state.phoneNumberId,
      to,
      template: 'hello_world',
      language: 'en_US',
    },
    null,
    1,
  )
    .replace(/\n\s*/g, '\n   ')
    .replace(/\n {3}\}$/, ' }')
  return [
    `curl ${gateway}/api/v1/whatsapp/messages/template \\`,
    ' -H "Authorization: Bearer $CAROM_KEY" \\',
    " -H 'Content-Type: application/json' \\",
    ` -d '${body}'`,
  ].join('\n')
}
