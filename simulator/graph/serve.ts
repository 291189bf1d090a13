// The door of the Graph API: one handler for every path, which authenticates, finds the object and its edge, and
// answers with Meta's headers and errors. Faults of the connection happen here.

import type { FastifyReply, FastifyRequest } from 'fastify'
import { makeTraceId } from '../ids.ts'
import { takeCall } from '../limits/calls.ts'
import { findMedia, onMedia, uploadMedia } from '../media/upload.ts'
import { isUploadId, onUpload, openUpload } from '../media/uploads.ts'
import { markRead } from '../messages/markRead.ts'
import { type Fault, sendMessage } from '../messages/send.ts'
import type { Json, PhoneNumber, Waba, World } from '../world.ts'
import { authenticate, type Caller, requireAccount, requireApp } from './authenticate.ts'
import { type Call, readCall, readField } from './call.ts'
import { changeTemplate, createTemplate, deleteTemplates } from './changeTemplates.ts'
import { debugToken } from './debugToken.ts'
import { envelopeOf, GraphError, unknownObject } from './errors.ts'
import { exchangeCode } from './exchangeCode.ts'
import { drawFault, drawRefusal, wait } from './faults.ts'
import { listTemplates } from './listTemplates.ts'
import { listNumbers, readAccount, readNumber, readTemplate } from './readAccounts.ts'
import { deregisterNumber, registerNumber } from './register.ts'
import {
  configureNumber,
  readSubscribedApps,
  readSubscriptions,
  subscribeAccount,
  subscribeApp,
  unsubscribeAccount,
  unsubscribeApp,
} from './subscribe.ts'
import { newestVersion } from './versions.ts'

type Answer = Json | Promise<Json>

const APP_EDGES: Record<string, (call: Call) => Answer> = {
  'POST subscriptions': subscribeApp,
  'GET subscriptions': readSubscriptions,
  'DELETE subscriptions': unsubscribeApp,
  'POST uploads': openUpload,
}

const ACCOUNT_EDGES: Record<string, (call: Call, waba: Waba) => Answer> = {
  'GET ': readAccount,
  'GET phone_numbers': listNumbers,
  'GET message_templates': listTemplates,
  'POST message_templates': createTemplate,
  'DELETE message_templates': deleteTemplates,
  'GET subscribed_apps': readSubscribedApps,
  'POST subscribed_apps': subscribeAccount,
  'DELETE subscribed_apps': unsubscribeAccount,
}

const NUMBER_EDGES: Record<string, (call: Call, number: PhoneNumber) => Answer> = {
  'GET ': readNumber,
  'POST ': configureNumber,
  'POST register': registerNumber,
  'POST deregister': deregisterNumber,
  'POST messages': postMessages,
  'POST media': uploadMedia,
}

const MESSAGING_EDGES = new Set(['messages', 'media'])

export const isGraphPath = (path: string) =>
  /^\/(v\d+\.\d+|\d{5,}|upload:[^/]*|oauth|debug_token|me)(\/|\?|$)/.test(path)

export async function serveGraph(world: World, request: FastifyRequest, reply: FastifyReply) {
  const { settings } = world
  if (settings.down) return cut(request, reply, 'reset')
  if (settings.latency_ms > 0) await wait(settings.latency_ms)
  if (Math.random() < settings.reset_before_rate) return cut(request, reply, 'reset')
  const trace_id = makeTraceId()
  const headers: Record<string, string> = {}
  const { status, fault, ...answer } = await answerCall(world, request, headers, trace_id)
  const cutting = fault ?? drawFault(settings)
  if (cutting) return cut(request, reply, cutting)
  return reply
    .code(status)
    .headers({
      'x-fb-trace-id': trace_id,
      'x-fb-request-id': makeTraceId(),
      'x-fb-rev': '1040000000',
      'facebook-api-version': newestVersion,
      'cache-control': 'private, no-cache, no-store, must-revalidate',
      ...headers,
    })
    .type('application/json; charset=UTF-8')
    .send(JSON.stringify(answer.body))
}

type Outcome = { status: number; body: Json; fault?: Fault }

async function answerCall(
  world: World,
  request: FastifyRequest,
  headers: Record<string, string>,
  trace_id: string,
): Promise<Outcome> {
  try {
    const call = readCall(world, request)
    headers['facebook-api-version'] = call.version
    call.headers = headers
    drawRefusal(call)
    const { fault, ...body } = (await dispatch(call)) as Json & { fault?: Fault }
    return { status: 200, body, ...(fault && { fault }) }
  } catch (error) {
    if (!(error instanceof GraphError)) throw error
    return { status: error.status, body: envelopeOf(error, trace_id) }
  }
}

function dispatch(call: Call): Answer {
  const { world, method, path } = call
  const [id = '', edge = '', ...rest] = path
  const isExchange = id === 'oauth' && edge === 'access_token' && rest.length === 0
  if (isExchange && (method === 'GET' || method === 'POST')) return exchangeCode(call)
  const caller = authenticate(call)
  if (id === 'debug_token' && method === 'GET' && edge === '') return debugToken(call)
  if (rest.length > 0) throw unknownPath(path)
  if (id === world.app.id) return onApp(call, caller, edge)
  const waba = world.wabas.get(id)
  if (waba) return onAccount(call, caller, waba, edge)
  const number = world.numbers.get(id)
  if (number) return onNumber(call, caller, number, edge)
  if (isUploadId(id) && edge === '') return onUpload(call, id)
  const media = findMedia(world, id)
  if (media) return onMedia(call, caller, media)
  const template = world.templates.get(id)
  if (!template) throw unknownObject(method, id)
  requireAccount(call, caller, template.waba_id, 'management')
  return method === 'GET' && edge === '' ? readTemplate(call, template) : changeTemplate(call, template, edge)
}

function onApp(call: Call, caller: Caller, edge: string): Answer {
  const serve = APP_EDGES[`${call.method} ${edge}`]
  if (!serve) throw noSuchEdge(call, edge, APP_EDGES)
  // Whoever may manage templates uploads their samples, with a token of its own.
  if (edge !== 'uploads') requireApp(caller)
  return serve(call)
}

function onAccount(call: Call, caller: Caller, waba: Waba, edge: string): Answer {
  requireAccount(call, caller, waba.id, 'management')
  const serve = ACCOUNT_EDGES[`${call.method} ${edge}`]
  if (!serve) throw noSuchEdge(call, edge, ACCOUNT_EDGES)
  takeCall(call.world, waba.id, call.headers)
  return serve(call, waba)
}

function onNumber(call: Call, caller: Caller, number: PhoneNumber, edge: string): Answer {
  requireAccount(call, caller, number.waba_id, MESSAGING_EDGES.has(edge) ? 'messaging' : 'management')
  const serve = NUMBER_EDGES[`${call.method} ${edge}`]
  if (!serve) throw noSuchEdge(call, edge, NUMBER_EDGES)
  return serve(call, number)
}

function postMessages(call: Call, number: PhoneNumber): Answer {
  const { status, type } = call.params
  if (status !== undefined) return markRead(call.world, number, call.params)
  const params = { ...call.params }
  if (typeof type === 'string' && type in params) params[type] = readField(params[type])
  return sendMessage(call.world, number, params, call.version)
}

/** Known with another method, or not known at all. */
function noSuchEdge(call: Call, edge: string, edges: Record<string, unknown>) {
  const isKnown = edge === '' || Object.keys(edges).some(key => key.endsWith(` ${edge}`))
  return isKnown ? unknownObject(call.method, call.path[0] ?? '') : unknownPath(call.path.slice(1))
}

const unknownPath = (path: string[]) =>
  new GraphError(2500, { message: `Unknown path components: /${path.join('/')}` })

/** Instead of an answer: the connection is reset, or stays open and silent for ever. */
function cut(request: FastifyRequest, reply: FastifyReply, fault: Fault) {
  reply.hijack()
  if (fault === 'reset') request.raw.socket.resetAndDestroy()
}
