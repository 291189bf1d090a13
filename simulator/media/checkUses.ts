// The media that a message names: whether an id may be sent by this number and fits, and whether a link can be fetched.
// Nothing is fetched from outside this machine.

import { request } from 'undici'
import { GraphError } from '../graph/errors.ts'
import type { MediaUse } from '../messages/shapes.ts'
import type { Json, PhoneNumber, Rendered, World } from '../world.ts'
import { factsOf as factsOfBytes, HEAD_BYTES } from './facts.ts'
import { fitMistake, MOST_BYTES } from './kinds.ts'
import type { Media } from './store.ts'
import { findMedia } from './upload.ts'

const FETCH_MS = 5000
const ON_PURPOSE = '/fail-131053'

/** Refuses ids at once. Answers the links whose fate is open. */
export function checkUses(world: World, number: PhoneNumber, uses: MediaUse[]): MediaUse[] {
  for (const use of uses) if (use.id !== undefined) checkId(world, number, use, use.id)
  return uses.filter(({ link }) => link !== undefined && (failsOnPurpose(link) || isLoopback(link)))
}

function checkId(world: World, number: PhoneNumber, { kind, voice, where }: MediaUse, id: string) {
  const media = findMedia(world, id)
  if (media?.phone_number_id !== number.id) {
    throw new GraphError(100, { details: `${where}: the media id ${id} does not exist, or has expired` })
  }
  const mistake = fitMistake(kind, media, voice === true)
  if (mistake) throw new GraphError(131053, { details: mistake })
}

const failsOnPurpose = (link: string) => new URL(link).pathname.includes(ON_PURPOSE)

function isLoopback(link: string): boolean {
  const { hostname } = new URL(link)
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}

/** True when Meta could use all of them. */
export async function areLinksGood(links: MediaUse[]): Promise<boolean> {
  const verdicts = await Promise.all(links.map(isLinkGood))
  return verdicts.every(Boolean)
}

async function isLinkGood({ kind, link = '', voice }: MediaUse): Promise<boolean> {
  if (failsOnPurpose(link)) return false
  try {
    const signal = AbortSignal.timeout(FETCH_MS)
    const { body, headers, statusCode } = await request(link, { signal })
    // Reading is stopped in the middle: without a listener that would be an error nobody hears.
    body.on('error', () => undefined)
    let size = 0
    let head = Buffer.alloc(0)
    for await (const chunk of body) {
      size += chunk.length
      if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk]).subarray(0, HEAD_BYTES)
      if (size > MOST_BYTES) break
    }
    const mime_type = String(headers['content-type'] ?? '')
    const facts = { mime_type, size, ...factsOfBytes(head) }
    return statusCode === 200 && size > 0 && !fitMistake(kind, facts, voice === true)
  } catch {
    return false
  }
}

/** The uses in the components of a template message: headers, also those of cards. */
export function usesOfTemplate(content: Json): MediaUse[] {
  const listOf = (value: unknown): Json[] =>
    Array.isArray(value) ? value.filter(item => typeof item === 'object' && item !== null) : []
  return listOf(content.components).flatMap(component => {
    const cards = listOf(component.cards).flatMap(usesOfTemplate)
    const headers = String(component.type).toLowerCase() === 'header' ? listOf(component.parameters) : []
    return [...cards, ...headers.flatMap(useOf)]
  })
}

function useOf(parameter: Json): MediaUse[] {
  const kind = String(parameter.type).toLowerCase()
  const medium = parameter[kind] as Json | undefined
  if (!['image', 'video', 'document'].includes(kind) || !medium) return []
  const { id, link } = medium
  const source = id === undefined ? { link: String(link) } : { id: String(id) }
  return [{ kind, where: 'header', ...source }]
}

/** The same with what is known of the media in its headers, for the phone to show. */
export function withMediaFacts(world: World, rendered: Rendered): Rendered {
  const { cards, header } = rendered
  return {
    ...rendered,
    ...(header && { header: describeHeader(world, header) }),
    ...(cards && { cards: cards.map(card => withMediaFacts(world, card)) }),
  }
}

function describeHeader(world: World, header: Json): Json {
  const kind = String(header.type)
  const shown = header[kind] as Json | undefined
  const media = typeof shown === 'object' && shown?.id ? world.media.get(String(shown.id)) : undefined
  return media ? { ...header, [kind]: { ...factsOf(media), ...shown } } : header
}

const factsOf = ({ animated, filename, mime_type, size }: Media): Json => ({
  mime_type,
  size,
  ...(filename !== null && { filename }),
  ...(animated && { animated }),
})
