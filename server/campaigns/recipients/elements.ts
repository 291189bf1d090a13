// Cuts the elements out of `{"recipients": […]}` while it streams by. What an element is, JSON.parse decides; here only
// strings and brackets are counted.

import { fail } from '../../kit/errors.ts'
import { refuseBody } from '../refuse.ts'

/** A recipient is not longer than this, nor deeper. */
const MAX_LENGTH = 131_072
const MAX_DEPTH = 32
/** What may stand before the list. */
const MAX_OPENING = 4_096

const OPENING = /^\ufeff?\s*\{\s*"recipients"\s*:\s*\[/
const CLOSING = /^\s*\}\s*$/

type State = {
  phase: 'opening' | 'first' | 'element' | 'after_element' | 'comma' | 'closing'
  /** What was not decided yet: the opening, the closing, or the element so far. */
  held: string
  depth: number
  quoted: boolean
  escaped: boolean
}

export async function* elementsOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  const state: State = { phase: 'opening', held: '', depth: 0, quoted: false, escaped: false }
  for await (const chunk of chunks) yield* take(state, chunk)
  if (state.phase === 'closing' && CLOSING.test(state.held)) return
  if (state.phase === 'opening') refuseOpening(state.held)
  if (state.phase === 'closing') refuseClosing(state.held)
  malformed('it ends too early')
}

function* take(state: State, chunk: string): Generator<string> {
  let text = chunk
  if (state.phase === 'opening') {
    state.held += text
    const opening = OPENING.exec(state.held)
    if (!opening) {
      if (state.held.length > MAX_OPENING) refuseOpening(state.held)
      return
    }
    text = state.held.slice(opening[0].length)
    state.held = ''
    state.phase = 'first'
  }
  let at = 0
  while (at < text.length) {
    if (state.phase === 'closing') {
      state.held += text.slice(at)
      if (state.held.length > MAX_OPENING) refuseClosing(state.held)
      return
    }
    if (state.phase === 'element') {
      const end = endOfElement(state, text, at)
      state.held += text.slice(at, end)
      if (state.held.length > MAX_LENGTH) refuseBody(`A recipient is longer than ${MAX_LENGTH} characters.`)
      at = end
      if (state.phase === 'element') return
      yield state.held
      state.held = ''
    } else at = between(state, text, at)
  }
}

/** Space, commas and the end of the list. */
function between(state: State, text: string, at: number): number {
  const character = text[at] as string
  if (character === ' ' || character === '\n' || character === '\r' || character === '\t') return at + 1
  if (character === ']' && state.phase !== 'comma') {
    state.phase = 'closing'
    return at + 1
  }
  if (state.phase === 'after_element') {
    if (character !== ',') malformed('a comma is missing between two recipients')
    state.phase = 'comma'
    return at + 1
  }
  if (character !== '{') malformed('every recipient must be an object')
  Object.assign(state, { phase: 'element', depth: 0, quoted: false, escaped: false })
  return at
}

/** One past the element's last character, if that is in this text; the phase changes with it. */
function endOfElement(state: State, text: string, from: number): number {
  let { depth, quoted, escaped } = state
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (escaped) escaped = false
    else if (quoted) {
      if (code === BACKSLASH) escaped = true
      else if (code === QUOTE) quoted = false
    } else if (code === QUOTE) quoted = true
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (++depth > MAX_DEPTH) malformed(`a recipient is nested deeper than ${MAX_DEPTH} levels`)
    } else if ((code === CLOSE_BRACE || code === CLOSE_BRACKET) && --depth === 0) {
      state.phase = 'after_element'
      return at + 1
    }
  }
  Object.assign(state, { depth, quoted, escaped })
  return text.length
}

const [QUOTE, BACKSLASH] = [0x22, 0x5c]
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d]

function malformed(why: string): never {
  fail('malformed_json', { message: `The body is not valid JSON: ${why}.` })
}

function refuseOpening(held: string): never {
  if (held.trim() === '') refuseBody('The body is empty; send {"recipients": [{"to": "+4915112345678"}, …]}.')
  if (!/^\ufeff?\s*\{/.test(held)) malformed('it must be an object with the list `recipients`')
  refuseBody(
    '`recipients` is required, and the only field that is taken here: a list of {to, variables, components}.',
  )
}

function refuseClosing(held: string): never {
  if (/^\s*,/.test(held)) refuseBody('`recipients` is the only field that is taken here.')
  malformed('something follows the list of recipients')
}
