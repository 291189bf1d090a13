// Everything that exists in the simulated world, as plain data. What happens in it is told elsewhere.

import type { Clock } from './clock.ts'
import type { MediaStore } from './media/store.ts'
import type { UploadSession } from './media/uploads.ts'
import type { MessageStore } from './messages/store.ts'
import type { Entry } from './pricing/bill.ts'
import type { Settings } from './settings.ts'
import type { Outbox } from './webhooks/outbox.ts'

export type Json = Record<string, unknown>

export type App = {
  id: string
  secret: string
  config_id: string
  name: string
  business_id: string
  callback_url: string | null
  verify_token: string | null
  fields: string[]
  version: string
}

export type Waba = {
  id: string
  name: string
  currency: string
  business_id: string
  /** Null while no app listens; WABAs later in the map are newer. */
  subscription: { override_callback_uri: string | null } | null
  /** Nothing pays for it. */
  unfunded?: boolean
  /** Until when the name and language of a deleted template are taken. */
  template_locks?: Record<string, number>
  template_creations?: number[]
}

export type PhoneNumber = {
  id: string
  waba_id: string
  display_phone_number: string
  verified_name: string
  throughput_level: 'STANDARD' | 'HIGH'
  registered: boolean
  pin: string | null
  status: string
  name_status?: string
  quality_rating: string
  messaging_limit: string
  last_onboarded_at: number
  /** Where webhooks about it go instead. */
  override_callback_uri?: string
  register_calls: number[]
  deregister_calls: number[]
}

export type Component = Json & { type: string; format?: string; text?: string; buttons?: TemplateButton[] }
export type TemplateButton = Json & { type: string; text?: string; url?: string; phone_number?: string }

export type Template = {
  id: string
  waba_id: string
  name: string
  language: string
  status: string
  category: string
  previous_category: string | null
  /** What Meta will change the category to, and when. */
  correct_category?: { category: string; at: number }
  parameter_format: 'POSITIONAL' | 'NAMED'
  components: Component[]
  quality: string
  rejected_reason: string
  message_send_ttl_seconds: number | null
  /** The components as they were submitted. */
  submitted?: Json[]
  /** What the clock does to it next. */
  next?: { what: 'review' | 'resume'; at: number }
  /** When it was edited while approved. */
  edits?: number[]
  edited?: boolean
  was_approved?: boolean
  pauses?: number
}

export type User = {
  key: string
  wa_id: string | null
  user_id: string
  username: string | null
  name: string
  online: boolean
  blocked: boolean
  read_receipts: boolean
  phone_hidden: boolean
  stopped_marketing: boolean
}

export type Token = {
  token: string
  waba_ids: string[]
  scopes: string[]
  issued_at: number
  expires_at: number | null
  revoked: boolean
}

export type Code = {
  code: string
  waba_id: string
  phone_number_id: string | null
  expires_at: number
  used: boolean
}

/** What stands between one business number and one person. Times in milliseconds, 0 = never. */
export type Pair = {
  last_inbound_at: number
  referral_at: number
  free_until: number
  conversation_id: string
}

export type Pricing = { billable: boolean; pricing_model: 'PMP'; type: string; category: string }
export type WireError = {
  code: number
  title: string
  message: string
  error_data: { details: string }
  href?: string
}
export type RenderedButton = { type: string; text: string; id?: string; url?: string; product?: string }
export type RenderedCard = Rendered & { product?: string }
export type ListRow = { id: string; title: string; description?: string }
export type Rendered = {
  header?: Json
  body?: string
  footer?: string
  buttons: RenderedButton[]
  cards?: RenderedCard[]
  list?: { button: string; sections: { title?: string; rows: ListRow[] }[] }
  products?: { catalog_id?: string; sections: { title?: string; product_retailer_ids: string[] }[] }
  contacts?: unknown[]
}

export type Message = {
  id: string
  seq: number
  phone_number_id: string
  user: string
  direction: 'to_user' | 'from_user'
  type: string
  content: unknown
  rendered: Rendered
  status: string
  timestamp: number
  callback_data: string | null
  context: Json | null
  /** Of an advertisement, on a message of a person. */
  referral?: Json
  /** The person has taken it back, or changed it. */
  deleted?: true
  edited?: true
  errors: WireError[]
  statuses: { status: string; timestamp: number }[]
  pricing: Pricing | null
  /** Only in the free entry point window. */
  conversation: { id: string; expires_at: number } | null
  /** What the business wrote into `to` or `recipient`, digits or user id; its end decides about failures. */
  recipient: string
  by_phone: boolean
  category: string
  ttl_ms: number
  /** Decided when it was accepted: the code of the failed status that will follow. */
  fails_with: number | null
}

export type World = {
  clock: Clock
  settings: Settings
  app: App
  wabas: Map<string, Waba>
  numbers: Map<string, PhoneNumber>
  templates: Map<string, Template>
  /** By key: digits where the person has a phone number, else the user id. */
  users: Map<string, User>
  /** User id to key. */
  user_ids: Map<string, string>
  tokens: Map<string, Token>
  codes: Map<string, Code>
  /** By `number/user`. */
  pairs: Map<string, Pair>
  /** Delivered service messages by `number/month`, for the monthly allowance. */
  allowance: Map<string, number>
  /** What was billed, by account, number, half hour, country, category, type and step. */
  ledger: Map<string, Entry>
  /** Charged messages by `portfolio/month/market/category`, for the volume steps. */
  volumes: Map<string, number>
  /** Refusals so far of recipients that fail only at first. */
  tries: Map<string, number>
  next_id: number
  /** When call permission was asked for, by `number/user`. */
  call_requests: Map<string, number[]>
  /** Handles of finished uploads, for the samples of templates. */
  handles: Map<string, Handle>
  uploads: Map<string, UploadSession>
  media: MediaStore
  /** `http://host:port` of this simulator. */
  address: string
  messages: MessageStore
  outbox: Outbox
  limits: Limits
  /** Tells the event stream and the state file that something has changed. */
  emit(event: string, make: () => unknown): void
}

export type Handle = { mime_type: string; sha256: string; size: number; at: number }

export type Limits = {
  throughput: Map<string, { tokens: number; at: number }>
  pairs: Map<string, { tokens: number; at: number }>
  calls: Map<string, { hour: number; count: number }>
}

export const emptyLimits = (): Limits => ({ throughput: new Map(), pairs: new Map(), calls: new Map() })

export const digitsOf = (text: string) => text.replace(/\D/g, '')
