// What is wrong with an endpoint that a tenant names: every problem at once.

import { closest, distance } from 'fastest-levenshtein'
import { fail, type Issue } from '../../kit/errors.ts'
import { isRefusedHost } from '../../kit/publicAddress.ts'
import { META_FIELDS, WANTED } from '../types.ts'

export function checkEndpoint(
  wish: { url?: string; events?: string[]; format: string },
  { private_allowed }: { private_allowed: boolean },
): void {
  const issues: Issue[] = [
    ...(wish.url === undefined ? [] : urlIssues(wish.url, private_allowed)),
    ...(wish.events === undefined ? [] : eventIssues(wish.events, wish.format)),
  ]
  const [first] = issues
  if (first) fail('invalid_parameter', { message: first.message, param: first.param, details: { issues } })
}

function urlIssues(text: string, private_allowed: boolean): Issue[] {
  const issue = (message: string) => [{ param: 'url', message }]
  const url = URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol)) {
    return issue('`url` must be an address such as https://example.com/webhooks/carom.')
  }
  if (url.username !== '' || url.password !== '') {
    return issue('`url` must not hold a user name or password; check the signature instead.')
  }
  if (private_allowed) return []
  if (url.protocol !== 'https:') return issue('`url` must begin with https://.')
  return isRefusedHost(url.hostname)
    ? issue('`url` must lead to a public address; CAROM_ALLOW_PRIVATE_WEBHOOKS lets others in.')
    : []
}

function eventIssues(events: string[], format: string): Issue[] {
  const known = format === 'meta' ? META_FIELDS : WANTED
  return events.flatMap((type, place) => {
    if (known.includes(type)) return []
    const near = closest(type, known)
    const hint = distance(type, near) <= 4 ? `did you mean ${near}?` : `known are ${known.join(', ')}.`
    const what = format === 'meta' ? "a field of Meta's webhooks" : 'a type of event'
    return [{ param: `events[${place}]`, message: `${JSON.stringify(type)} is not ${what}; ${hint}` }]
  })
}
