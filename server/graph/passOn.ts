// Calls that Carom does not model: handed to Meta with the account's token, where they are about something of the tenant's.

import { markTokenInvalid } from '../accounts/room.ts'
import { parseJson } from '../http/body.ts'
import type { Call, Reply } from '../http/route.ts'
import { fail } from '../kit/errors.ts'
import type { Passed } from '../meta/passThrough.ts'
import { describeFile, removeFile } from './files.ts'
import { originOf } from './origin.ts'
import { type Access, requireAccess, resolve, unknownObject } from './resolve.ts'
import type { Graph } from './room.ts'
import { edit } from './templates.ts'

type Asked = Call<unknown, { version: string; '*': string }, Record<string, string>>

type Method = 'GET' | 'POST' | 'DELETE'

/** Graph knows three methods. */
export function refuseMethod({ method }: { method: string }): never {
  return fail('route_not_found', { message: `Meta's API takes GET, POST and DELETE, not ${method}.` })
}

/** Carom lives on them: without this subscription no webhook comes any more. */
const KEPT = ['subscribed_apps']
const DEADLINE_MS = 30_000

export async function passOn(graph: Graph, method: Method, call: Asked): Promise<Reply> {
  const { version } = call.params
  const [id = '', ...edges] = call.params['*'].split('/')
  if (!/^v\d+\.\d+$/.test(version)) {
    return fail('route_not_found', { message: 'The path begins with a version, for example /meta/v26.0/.' })
  }
  refuseDetours(method, edges)
  const found = await resolve(graph, call.caller, id)
  if (!found) return aboutFile(graph, method, call, id, edges)
  if (found.kind === 'template' && method === 'POST' && edges.length === 0) {
    const body = parseJson(call.raw)
    const asked = { ...call, params: { id }, body } as Parameters<typeof edit>[1]
    return { status: 200, body: await edit(graph, asked, found.row) }
  }
  if (method !== 'GET' && edges.some(edge => KEPT.includes(edge))) {
    const message = "Carom keeps this subscription itself, because webhooks come by it; it can't be changed."
    fail('invalid_state', { message })
  }
  const access = await requireAccess(graph, call.caller, found.waba_id)
  return handOn(graph, access, method, call)
}

/** Calls that have a route of their own reach Meta by it alone, however else they may be spelled: sends are stored, and checked. */
const OWN = ['messages', 'media', 'message_templates']

function refuseDetours(method: Method, edges: string[]): void {
  const strange = edges.some(edge => edge === '' || edge === '.' || edge === '..')
  const own = method !== 'GET' && OWN.includes(edges[0]?.toLowerCase() ?? '') && edges.length === 1
  if (!strange && !own) return
  fail('route_not_found', { message: `Unknown path components: /${edges.join('/')}.` })
}

/** What is none of the other things may be media, which have no edges. */
async function aboutFile(
  graph: Graph,
  method: Method,
  call: Asked,
  id: string,
  edges: string[],
): Promise<Reply> {
  if (edges.length > 0 || method === 'POST' || !/^\d{1,32}$/.test(id)) return unknownObject(id)
  const asked = { ...call, params: { version: call.params.version, id } }
  const body = method === 'GET' ? await describeFile(graph, asked) : await removeFile(graph, asked)
  return { status: 200, body }
}

async function handOn(graph: Graph, access: Access, method: Method, call: Asked): Promise<Reply> {
  const { access_token, appsecret_proof, ...query } = call.query
  const type = call.headers['content-type']
  const passed = await graph.meta.passThrough({
    ...{ token: access.token, version: call.params.version, method, query },
    path: `/${call.params['*'].split('/').map(encodeURIComponent).join('/')}`,
    body: call.raw.length === 0 ? undefined : call.raw,
    content_type: typeof type === 'string' ? type : undefined,
    deadline_ms: DEADLINE_MS,
    pages: { address: `${originOf(graph, call)}/meta`, key: access_token },
  })
  if (passed.kind === 'answered') return answer(graph, access, passed)
  if (passed.kind === 'not_sent') return fail('meta_unavailable', { message: passed.reason })
  const message = `${passed.reason} Meta may have done it all the same; look before you repeat it.`
  return fail('meta_unavailable', { message, unsettled: method !== 'GET' })
}

/** A dead token of the account's is not the caller's key: it must not look like it. */
async function answer(
  graph: Graph,
  access: Access,
  { status, error, text, content_type }: Passed & { kind: 'answered' },
): Promise<Reply> {
  if (error && (error.code === 190 || error.code === 0)) {
    await markTokenInvalid(graph.accounts, access.account_id)
    fail('meta_token_invalid')
  }
  return { status, body: text, content_type }
}
