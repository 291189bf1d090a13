// Texts in pieces, words without accents.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { cleanText } from './cleanText.ts'
import { fold, wordsOf } from './fold.ts'
import { split } from './split.ts'

const short = (text: string) => split(text).map(({ heading, content }) => [heading, content])

test('headings begin a passage, and stand above it', () => {
  assert.deepEqual(short('Welcome.\n# Shop\nWe sell bread.\n\n## Hours\nMon to Fri\n# Cafe\nOpen late.'), [
    [null, 'Welcome.'],
    ['Shop', 'We sell bread.'],
    ['Shop › Hours', 'Mon to Fri'],
    ['Cafe', 'Open late.'],
  ])
})

test('a heading with nothing under it goes with what follows, or stands for itself', () => {
  assert.deepEqual(short('## 1. About\n\n## 1.1. Us\n\nWe bake.'), [['1. About › 1.1. Us', 'We bake.']])
  assert.deepEqual(short('# Shop\nBread.\n## Returns\n# Cafe\nLate.\n# The end'), [
    ['Shop', 'Bread.'],
    ['Shop › Returns', 'Shop › Returns'],
    ['Cafe', 'Late.'],
    ['The end', 'The end'],
  ])
})

test('short paragraphs go together, long ones are cut between sentences with some overlap', () => {
  assert.deepEqual(short('One.\n\nTwo.'), [[null, 'One.\nTwo.']])
  const sentences = Array.from({ length: 60 }, (_, at) => `This is sentence number ${at} of a long story.`)
  const passages = split(sentences.join(' ')).map(one => one.content)
  assert.ok(passages.length > 4)
  for (const [at, passage] of passages.entries()) {
    assert.ok(passage.length <= 930 && /story\.$/.test(passage), passage)
    const before = passages[at - 1]
    if (before) assert.ok(passage.startsWith(before.split('\n').at(-1) ?? ''), 'repeats the last sentence')
  }
})

test('nothing is lost of any text, and no passage is long', () => {
  const words = fc.array(
    fc.constantFrom('word', 'Ünïcode', 'x'.repeat(900), '.\n\n', '\n# Head\n', '!', '営業時間'),
    {
      maxLength: 200,
    },
  )
  fc.assert(
    fc.property(words, parts => {
      const text = cleanText(parts.join(' '))
      const passages = split(text)
      const seen = passages.map(one => `${one.heading ?? ''} ${one.content}`).join(' ')
      for (const word of ['word', 'Ünïcode', '営業時間', 'Head']) {
        assert.equal(seen.includes(word), text.includes(word), word)
      }
      const letters = (value: string) => value.split('x').length
      assert.ok(letters(seen) >= letters(text))
      for (const { content } of passages) assert.ok(content !== '' && content.length <= 1000)
    }),
  )
})

test('words are compared without case, accents and ligatures', () => {
  assert.equal(fold('Größe NAÏVE Łódź Smørrebrød Œuvre'), 'grosse naive lodz smorrebrod oeuvre')
  assert.equal(fold('Ёлка й ά'), 'елка и α')
  assert.equal(fold('で'), 'で', 'elsewhere a mark makes another letter')
  assert.deepEqual(
    wordsOf("What's the e-mail of Zoë, zoe?").map(one => one.folded),
    ['what', 's', 'the', 'e', 'mail', 'of', 'zoe'],
  )
  assert.equal(fold('営業時間は9時から'), '営業 時間 は 9 時 から')
})

test('what cannot be seen or stored goes', () => {
  assert.equal(cleanText('\ufeff a \0 b\r\n\r\n\r\n\r\nc\u00ad\u00a0 d  \ud800 '), 'a b\n\nc d \ufffd')
})
