// The recipients that fail on purpose, as docs/simulator.md lists them: the last four digits decide.

import { byId, h } from './elements.js'
import { copy } from './toast.js'

const ENDINGS = /** @type {[string, string][]} */ ([
  ['9001', 'has blocked the business: stays sent for ever'],
  ['9002', 'phone is off: sent, delivered only when put online here'],
  ['9003', 'delivered, but read receipts are off: never read'],
  ['9004', 'read arrives, delivered never does'],
  ['9005', 'delivered arrives before sent, read before both'],
  ['9006', 'every status webhook arrives three times'],
  ['9007', 'accepted, then no status at all (Meta dropped it)'],
  ['9026', 'not on WhatsApp: accepted, then failed with 131026'],
  ['9042', 'payment problem: refused with 131042'],
  ['9047', 'window closed although ours said open: accepted, then failed with 131047'],
  ['9048', 'spam rate limit: accepted, then failed with 131048'],
  ['9049', 'marketing limit: accepted, then failed with 131049'],
  ['9050', 'has stopped marketing messages: accepted, then failed with 131050'],
  ['9056', 'pair rate limit: refused with 131056'],
  ['9403', 'blocked by the business: refused with 130403'],
  ['9428', 'rate limit: refused with 130429 twice, the third try is accepted'],
  ['9429', 'rate limit: always refused with 130429'],
  ['9500', 'server error: always HTTP 500 with 131000'],
  ['9501', 'server error once, the second try is accepted'],
  ['9503', 'service down: always HTTP 503 with code 2'],
  ['9910', 'the connection is reset after the message was accepted (its statuses arrive)'],
  ['9911', 'the message is accepted, and the answer never comes (its statuses arrive)'],
  ['9912', 'the connection is reset before the message was accepted (nothing is sent)'],
])

/** What happens to a recipient with this number, if it is one of those. @param {string} digits */
export function endingOf(digits) {
  const found = ENDINGS.find(([ending]) => digits.endsWith(ending))
  return found && { ending: found[0], what: found[1] }
}

/** Fills the table; pressing an ending copies a number that has it. */
export function drawEndings() {
  byId('endings').replaceChildren(
    ...ENDINGS.map(([ending, what]) => {
      const number = `+1555010${ending}`
      const click = () => copy(number, `${number} copied`)
      const attributes = {
        type: 'button',
        class: 'mono digits',
        title: `Copy ${number}`,
        'aria-label': `Copy ${number}`,
        on: { click },
      }
      return h('tr', {}, h('th', { scope: 'row' }, h('button', attributes, ending)), h('td', {}, what))
    }),
  )
}
