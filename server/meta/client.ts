// The Graph client: every call that Carom makes to Meta, as one object that main.ts opens and closes. Outcomes are
// values, never exceptions. It knows no tenant and stores nothing.

import { Agent, Pool } from 'undici'
import { type Log, withoutRedaction } from '../kit/log.ts'
import { noTracer, type Tracer } from '../kit/trace.ts'
import { type PricingPoint, type PricingQuestion, pricingAnalytics } from './analytics.ts'
import type { Graph, Observe } from './graph.ts'
import {
  readFunding,
  readSubscribedApps,
  readSubscription,
  readTime,
  type SubscribedApp,
  type Subscription,
  subscribeWebhooks,
} from './inspect.ts'
import {
  type Download,
  deleteMedia,
  downloadMedia,
  type MediaInfo,
  type MediaUpload,
  readMedia,
  uploadMedia,
} from './media.ts'
import { type NumberInfo, readNumber, registerNumber, removeCallback } from './numbers.ts'
import { type Passed, type Passing, passThrough } from './passThrough.ts'
import { markRead, type Receipt } from './receipts.ts'
import type { Result } from './request.ts'
import { type Sending, send, type Verdict } from './send.ts'
import {
  type Created,
  createTemplate,
  deleteTemplate,
  editTemplate,
  type NewTemplate,
  type TemplateEdit,
  type TemplateInfo,
  type TemplatesPage,
  templatesNamed,
  templatesPage,
} from './templates.ts'
import { debugToken, exchangeCode, type TokenInfo } from './tokens.ts'
import { type HandleUpload, uploadHandle } from './uploads.ts'
import { listNumbers, readWaba, subscribeApp, unsubscribeApp, type WabaInfo } from './wabas.ts'

export type MetaOptions = {
  graph_url: string
  version: string
  app_id?: string | undefined
  app_secret?: string | undefined
  log: Log
  /** Connections to Meta at most; one request is on each at a time. */
  connections?: number
  /** Whether the line of each send names its recipient. */
  log_recipients?: boolean
  tracer?: Tracer
}

export type Meta = {
  /** Where Graph is, as `https://graph.facebook.com`. */
  readonly origin: string
  readonly app_id: string | undefined
  readonly version: string
  readonly observe: Observe
  exchangeCode(code: string): Promise<Result<{ access_token: string }>>
  debugToken(token: string): Promise<Result<TokenInfo>>
  readWaba(token: string, waba_id: string): Promise<Result<WabaInfo>>
  listNumbers(token: string, waba_id: string): Promise<Result<NumberInfo[]>>
  readNumber(token: string, phone_number_id: string): Promise<Result<NumberInfo>>
  subscribeApp(token: string, waba_id: string): Promise<Result<true>>
  unsubscribeApp(token: string, waba_id: string): Promise<Result<true>>
  registerNumber(token: string, phone_number_id: string, pin: string): Promise<Result<true>>
  removeCallback(token: string, phone_number_id: string): Promise<Result<true>>
  templatesPage(token: string, waba_id: string, after?: string): Promise<Result<TemplatesPage>>
  templatesNamed(token: string, waba_id: string, name: string): Promise<Result<TemplateInfo[]>>
  createTemplate(token: string, waba_id: string, template: NewTemplate): Promise<Result<Created>>
  editTemplate(token: string, meta_template_id: string, edit: TemplateEdit): Promise<Result<true>>
  deleteTemplate(
    token: string,
    waba_id: string,
    template: { name: string; meta_template_id?: string },
  ): Promise<Result<true>>
  uploadHandle(upload: HandleUpload): Promise<Result<{ handle: string }>>
  readSubscription(): Promise<Result<{ found: Subscription | undefined }>>
  subscribeWebhooks(wish: {
    callback_url: string
    verify_token: string
    fields: readonly string[]
  }): Promise<Result<true>>
  readSubscribedApps(token: string, waba_id: string): Promise<Result<SubscribedApp[]>>
  readFunding(token: string, waba_id: string): Promise<Result<{ funded: boolean }>>
  readTime(): Promise<Date | undefined>
  /** One attempt; the caller repeats where the verdict allows it. */
  send(sending: Sending): Promise<Verdict>
  markRead(receipt: Receipt): Promise<Result<true>>
  uploadMedia(upload: MediaUpload): Promise<Result<{ media_id: string }>>
  readMedia(token: string, media_id: string, phone_number_id: string): Promise<Result<MediaInfo>>
  downloadMedia(token: string, url: string, range?: string): Promise<Result<Download>>
  deleteMedia(token: string, media_id: string, phone_number_id: string): Promise<Result<true>>
  pricingAnalytics(token: string, waba_id: string, question: PricingQuestion): Promise<Result<PricingPoint[]>>
  /** Any other call, with its answer as it is. */
  passThrough(passing: Passing): Promise<Passed>
  /** Lets what is in flight finish for at most `grace_ms`, then cuts it off. */
  close(grace_ms?: number): Promise<void>
}

const CONNECT_TIMEOUT_MS = 3000
/** How many messages of campaigns a process has on their way to Meta at once, at most. */
export const BULK_CONNECTIONS = 512

export function openMeta(options: MetaOptions): Meta {
  const graph = openGraph(options)
  return {
    origin: new URL(options.graph_url).origin,
    app_id: options.app_id,
    version: options.version,
    observe: graph.observe,
    exchangeCode: code => exchangeCode(graph, code),
    debugToken: token => debugToken(graph, token),
    readWaba: (token, waba_id) => readWaba(graph, token, waba_id),
    listNumbers: (token, waba_id) => listNumbers(graph, token, waba_id),
    readNumber: (token, phone_number_id) => readNumber(graph, token, phone_number_id),
    subscribeApp: (token, waba_id) => subscribeApp(graph, token, waba_id),
    unsubscribeApp: (token, waba_id) => unsubscribeApp(graph, token, waba_id),
    registerNumber: (token, phone_number_id, pin) => registerNumber(graph, token, phone_number_id, pin),
    removeCallback: (token, phone_number_id) => removeCallback(graph, token, phone_number_id),
    templatesPage: (token, waba_id, after) => templatesPage(graph, token, waba_id, after),
    templatesNamed: (token, waba_id, name) => templatesNamed(graph, token, waba_id, name),
    createTemplate: (token, waba_id, template) => createTemplate(graph, token, waba_id, template),
    editTemplate: (token, id, edit) => editTemplate(graph, token, id, edit),
    deleteTemplate: (token, waba_id, template) => deleteTemplate(graph, token, waba_id, template),
    uploadHandle: upload => uploadHandle(graph, upload),
    readSubscription: () => readSubscription(graph),
    subscribeWebhooks: wish => subscribeWebhooks(graph, wish),
    readSubscribedApps: (token, waba_id) => readSubscribedApps(graph, token, waba_id),
    readFunding: (token, waba_id) => readFunding(graph, token, waba_id),
    readTime: () => readTime(graph),
    send: sending => send(graph, sending),
    markRead: receipt => markRead(graph, receipt),
    uploadMedia: upload => uploadMedia(graph, upload),
    readMedia: (token, media_id, phone_number_id) => readMedia(graph, token, media_id, phone_number_id),
    downloadMedia: (token, url, range) => downloadMedia(graph, token, url, range),
    deleteMedia: (token, media_id, phone_number_id) => deleteMedia(graph, token, media_id, phone_number_id),
    pricingAnalytics: (token, waba_id, question) => pricingAnalytics(graph, token, waba_id, question),
    passThrough: passing => passThrough(graph, passing),
    close: async (grace_ms = 5000) => {
      const { pool, bulk, downloads } = graph
      await Promise.all([pool, bulk, downloads].map(one => closePool(one, grace_ms)))
    },
  }
}

function openGraph(options: MetaOptions): Graph {
  const url = new URL(options.graph_url)
  return {
    pool: openPool(url.origin, options.connections ?? 256),
    bulk: openPool(url.origin, BULK_CONNECTIONS),
    downloads: new Agent({ connections: 64, allowH2: false, connect: { timeout: CONNECT_TIMEOUT_MS } }),
    secure: url.protocol === 'https:',
    log: options.log,
    lines: withoutRedaction(options.log),
    log_recipients: options.log_recipients ?? false,
    tracer: options.tracer ?? noTracer,
    base: `${url.pathname.replace(/\/+$/, '')}/${options.version}`,
    version: options.version,
    app_id: options.app_id,
    app_secret: options.app_secret,
    credentials: new Map(),
    observe: {},
  }
}

function openPool(origin: string, connections: number): Pool {
  return new Pool(origin, {
    connections,
    pipelining: 1,
    // HTTP/1.1 only: one request to a connection is what makes "nothing was written" certain.
    allowH2: false,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    // A request on a connection that Meta closes at that moment is lost, so idle ones are not kept for long.
    keepAliveTimeout: 10_000,
    keepAliveMaxTimeout: 30_000,
  })
}

async function closePool(pool: Pool | Agent, grace_ms: number): Promise<void> {
  const timer = setTimeout(() => void pool.destroy(), grace_ms)
  await pool.close().catch(() => {})
  clearTimeout(timer)
}
