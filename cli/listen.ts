// `carom listen`: brings events to a program on this machine, signed as in production, without an endpoint that the
// internet can reach.

import { randomBytes } from 'node:crypto'
import { keyOf, signStandard } from '../server/events/deliveries/sign.ts'
import { type Json, openClient } from './client.ts'
import { type Command, CommandError, type Given, remote, UsageError } from './command.ts'
import { followEvents } from './followEvents.ts'
import { printJson, say, type Tone, tone } from './print.ts'

export const command: Command = {
  about:
    'Follows events as they happen and posts each to a local address, signed as in production. What came while the line was\nbroken is fetched. A program that fails is not asked again; in production it would be, after 5 seconds and later.',
  usage: ['--forward-to URL [--events TYPES]', '[--events TYPES]'],
  options: {
    ...remote,
    'forward-to': {
      type: 'string',
      value: 'URL',
      about: 'Where to post; without it events are only printed.',
    },
    events: {
      type: 'string',
      value: 'TYPES',
      about: 'Types, separated by commas: message.*,template.updated.',
    },
    secret: {
      type: 'string',
      value: 'SECRET',
      about: 'Sign with this (CAROM_WEBHOOK_SECRET); without it one is made and printed.',
    },
  },
  examples: [
    'carom listen --forward-to http://localhost:3000/webhooks/carom',
    'carom listen --events message.received --json | jq .data.content',
  ],
  async run(given) {
    const client = openClient(given)
    const forward = forwarding(given)
    const types = given.text('events')
    const stopping = new AbortController()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
    if (!given.flag('json')) introduce(client.url, forward)
    const changed = (how: 'lost' | 'back') =>
      process.stderr.write(
        `${how === 'lost' ? 'The line is lost; connecting again …' : 'The line is back.'}\n`,
      )
    const query = types === undefined ? '' : `?type=${encodeURIComponent(types)}`
    try {
      for await (const { event } of followEvents(client, query, { signal: stopping.signal, changed })) {
        const posted = forward && (await post(forward, event))
        if (given.flag('json')) printJson(event)
        else say(lineOf(event, posted))
      }
    } catch (error) {
      if (!stopping.signal.aborted) throw error
    }
  },
}

type Forward = { url: string; secret: string; made: boolean }
type Posted = { text: string; tone: Tone; ms: number }

function forwarding(given: Given): Forward | undefined {
  const url = given.text('forward-to')
  if (url === undefined) return undefined
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    throw new UsageError(`--forward-to takes an address like http://localhost:3000, not "${url}".`)
  }
  const secret = given.text('secret') ?? process.env.CAROM_WEBHOOK_SECRET
  if (secret === undefined) {
    return { url, secret: `whsec_${randomBytes(32).toString('base64')}`, made: true }
  }
  if (!/^whsec_[A-Za-z0-9+/]+=*$/.test(secret)) throw new CommandError('--secret must begin with whsec_.')
  return { url, secret, made: false }
}

function introduce(url: string, forward: Forward | undefined): void {
  say(
    `Listening to ${tone(url, 'strong')}${forward ? `, forwarding to ${tone(forward.url, 'strong')}` : ''}. Ctrl-C ends it.`,
  )
  if (forward?.made) say(`Signed with ${forward.secret}  (keep it with CAROM_WEBHOOK_SECRET or --secret)`)
}

async function post({ url, secret }: Forward, event: Json): Promise<Posted> {
  const body = JSON.stringify(event)
  const signed = signStandard({ id: event.id, at_s: Math.floor(Date.now() / 1000), body }, [
    keyOf(secret, 'standard'),
  ])
  const began = performance.now()
  const done = (text: string, as: Tone) => ({ text, tone: as, ms: Math.round(performance.now() - began) })
  try {
    const headers = { 'content-type': 'application/json', ...signed }
    const answer = await fetch(url, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(15_000),
    })
    await answer.body?.cancel()
    return done(String(answer.status), answer.ok ? 'good' : 'bad')
  } catch (error) {
    const { cause, name } = error as Error & { cause?: { code?: string } }
    return done(name === 'TimeoutError' ? 'no answer' : (cause?.code ?? 'no answer'), 'bad')
  }
}

/** `06:38:00  message.received   200    41 ms  +15550101001  019ab8c1-…` */
function lineOf({ timestamp, type, data }: Json, posted: Posted | undefined): string {
  const who = data?.contact?.phone ?? data?.contact?.user_id ?? data?.name ?? data?.display_phone_number ?? ''
  const outcome = posted
    ? `  ${tone(posted.text.padEnd(4), posted.tone)}  ${String(posted.ms).padStart(5)} ms`
    : ''
  return `${tone(String(timestamp).slice(11, 19), 'quiet')}  ${String(type).padEnd(20)}${outcome}  ${who}  ${tone(String(data?.id ?? ''), 'quiet')}`
}
