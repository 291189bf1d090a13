// The content of any message against Meta's documented limits: what the API, campaigns and bots ask before anything is
// stored. Every problem at once, each with its path in the request body of that kind's call.

import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { explain } from '../../http/explain.ts'
import type { Issue } from '../../kit/errors.ts'
import { contacts } from './contactCards.ts'
import { interactive } from './interactive.ts'
import type { Kind } from './kind.ts'
import { location } from './location.ts'
import { media } from './media.ts'
import { reaction } from './reaction.ts'
import { text } from './text.ts'

export const KINDS = { text, media, interactive, location, contacts, reaction }

export type KindName = keyof typeof KINDS

/** `content` are the fields of the kind's own: `{text}`, `{type, link, caption}`, `{interactive}`, … No issue: it may be sent. */
export function checkContent(kind: KindName, content: unknown): Issue[] {
  const { schema, check } = compiled(kind)
  return [...(check(content) ? [] : explain(schema, content)), ...KINDS[kind].rules(content)]
}

function compile(kind: Kind) {
  const schema = Type.Object(kind.fields, { additionalProperties: false })
  const compiled = Compile(schema)
  return { schema, check: (content: unknown) => compiled.Check(content) }
}

const known = new Map<KindName, ReturnType<typeof compile>>()

function compiled(kind: KindName): ReturnType<typeof compile> {
  const found = known.get(kind) ?? compile(KINDS[kind])
  known.set(kind, found)
  return found
}
