// The engine without a model, and the small parts that all engines share: what is said of a passage, how long texts are
// parted, what tokens cost.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { costOf, isAtLeast, sumOf } from './cost.ts'
import { askKnowledge } from './knowledge.ts'
import { splitText } from './splitText.ts'
import { passage, said, turn } from './turn.fixture.ts'

const ask = (question: string, ...passages: ReturnType<typeof passage>[]) => {
  const outcome = askKnowledge(turn({ engine: 'knowledge' }, [said(question)], { passages }))
  return outcome.kind === 'answer'
    ? (outcome.messages[0]?.content as { body: string } | undefined)?.body
    : outcome.kind
}

test('the best passage is the answer, in its own words; below the confidence there is none', () => {
  const hours = passage('Hours', 'We are open from 9 to 18.', 0.9)
  assert.equal(
    ask('When are you open?', hours, passage('Else', 'Something else', 0.4)),
    'We are open from 9 to 18.',
  )
  assert.equal(ask('Who won?', passage('Hours', 'We are open.', 0.34)), 'unanswerable')
  assert.equal(ask('Who won?'), 'unanswerable')
  const strict = turn({ engine: 'knowledge', min_confidence: 0.95 }, [said('Open?')], { passages: [hours] })
  assert.equal(askKnowledge(strict).kind, 'unanswerable')
})

test('headings and questions are not repeated', () => {
  assert.equal(ask('Open?', passage('Opening hours', '# Opening hours\n\nFrom 9 to 18.')), 'From 9 to 18.')
  assert.equal(ask('Open?', passage('FAQ', 'When do you open?\nAt nine.')), 'At nine.')
  assert.equal(ask('Open?', passage('FAQ', 'Q: When do you open?\nA: At nine.')), 'At nine.')
  assert.equal(ask('Tea?', passage('Tea', 'Tea is hot.\nIt is green.')), 'Tea is hot.\nIt is green.')
})

test('of a long passage the sentences that speak of it are said', () => {
  const filler = 'We have been making tea for many generations in our family. '
  const text = `${filler.repeat(20)}Parcels to Austria take three days. They cost 5 euros. ${filler.repeat(20)}`
  const answer = ask('How long does a parcel to Austria take?', passage('About us', text))
  assert.match(answer ?? '', /^Parcels to Austria take three days\. They cost 5 euros\./)
  assert.ok((answer ?? '').length <= 700)
})

test('long texts are parted where one would draw breath, and nothing is lost', () => {
  assert.deepEqual(splitText('Short.'), ['Short.'])
  assert.deepEqual(splitText('  '), [])
  assert.deepEqual(splitText('One two. Three four.', 12), ['One two.', 'Three four.'])
  assert.deepEqual(splitText('Para one.\n\nPara two.', 14), ['Para one.', 'Para two.'])
  assert.deepEqual(splitText('abcdefghijklmnop', 8), ['abcdefgh', 'ijklmnop'])
  const emoji = '👩‍👩‍👧‍👦'.repeat(2000)
  const parts = splitText(emoji)
  assert.equal(parts.join(''), emoji)
  assert.ok(parts.every(part => [...part].length <= 4096 && part.isWellFormed()))
  assert.deepEqual(splitText('これは文です。次の文です。', 7), ['これは文です。', '次の文です。'])
})

test('costs are exact', () => {
  const prices = { input_per_million: '0.15', output_per_million: '0.6', currency: 'USD' }
  assert.equal(costOf({ input_tokens: 1000, output_tokens: 100 }, prices), '0.00021')
  assert.equal(costOf({ input_tokens: 1, output_tokens: 0 }, prices), '0.00000015')
  assert.equal(costOf({ input_tokens: 0, output_tokens: 0 }, prices), '0')
  assert.equal(costOf({ input_tokens: 10_000_000, output_tokens: 0 }, prices), '1.5')
  assert.equal(costOf(null, prices), null)
  assert.equal(costOf({ input_tokens: 1, output_tokens: 1 }, undefined), null)
  assert.equal(sumOf(['0.1', '0.2', '3']), '3.3')
  assert.ok(isAtLeast('0.30', '0.3') && isAtLeast('10', '9.99') && !isAtLeast('0.29999', '0.3'))
})
