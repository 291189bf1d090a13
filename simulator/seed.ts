// What is in the world at the start. The same ids, tokens and names every time: docs/simulator.md promises them.

import { type Clock, createClock } from './clock.ts'
import { newestVersion } from './graph/versions.ts'
import { createMediaStore } from './media/store.ts'
import { createMessageStore } from './messages/store.ts'
import { addUser } from './people/findUser.ts'
import { defaultSettings } from './settings.ts'
import { addTemplate } from './templates/add.ts'
import { seedTemplates } from './templates/seed.ts'
import { createOutbox } from './webhooks/outbox.ts'
import { emptyLimits, type PhoneNumber, type World } from './world.ts'

export const seedIds = {
  app: '600100200300400',
  business: '800100200300400',
  waba: '700100200300400',
  token: 'EAAsandbox0000000000000000000001',
}

export const allScopes = ['whatsapp_business_management', 'whatsapp_business_messaging']

export function createWorld(emit: World['emit'], clock: Clock = createClock(), media_folder?: string): World {
  const empty = {
    clock,
    settings: defaultSettings(),
    app: {
      id: seedIds.app,
      secret: 'sandbox-app-secret',
      config_id: '600100200300499',
      name: 'Carom Sandbox App',
      business_id: '800100200300999',
      callback_url: null,
      verify_token: null,
      fields: [],
      version: newestVersion,
    },
    ...emptyThings(),
    messages: createMessageStore(),
    media: createMediaStore(media_folder),
    address: 'http://127.0.0.1',
    emit,
  }
  const world: World = Object.assign(empty, { outbox: null as unknown as World['outbox'] })
  world.outbox = createOutbox(world)
  seed(world)
  return world
}

/** Everything as at the start, except the app's callback and whether the first account is subscribed. */
export function resetWorld(world: World) {
  const { subscription } = world.wabas.get(seedIds.waba) ?? { subscription: null }
  world.clock.forgetTasks()
  world.outbox.clear()
  world.messages.clear()
  world.media.clear()
  Object.assign(world, emptyThings(), { settings: defaultSettings() })
  seed(world)
  const waba = world.wabas.get(seedIds.waba)
  if (waba) waba.subscription = subscription
  world.clock.move(0)
}

const emptyThings = () => ({
  wabas: new Map(),
  numbers: new Map(),
  templates: new Map(),
  users: new Map(),
  user_ids: new Map(),
  tokens: new Map(),
  codes: new Map(),
  pairs: new Map(),
  allowance: new Map(),
  ledger: new Map(),
  volumes: new Map(),
  tries: new Map(),
  call_requests: new Map(),
  handles: new Map(),
  uploads: new Map(),
  next_id: 1,
  limits: emptyLimits(),
})

function seed(world: World) {
  const { waba, business, token } = seedIds
  world.wabas.set(waba, {
    id: waba,
    name: 'Carom Sandbox',
    currency: 'USD',
    business_id: business,
    subscription: null,
  })
  addNumber(world, { id: '500100200300401', waba_id: waba, display_phone_number: '+1 555-010-0001' })
  const second = { id: '500100200300402', waba_id: waba, display_phone_number: '+1 555-010-0002' }
  addNumber(world, { ...second, throughput_level: 'HIGH', messaging_limit: 'TIER_UNLIMITED' })
  world.tokens.set(token, {
    token,
    waba_ids: [waba],
    scopes: allScopes,
    issued_at: world.clock.now(),
    expires_at: null,
    revoked: false,
  })
  seedTemplates.forEach((body, at) => void addTemplate(world, waba, body, `91010020030040${at + 1}`))
  addUser(world, { wa_id: '15550101001', user_id: 'US.1000200030004001', name: 'Ada' })
  addUser(world, { wa_id: '15550101002', user_id: 'US.1000200030004002', name: 'Ben' })
  addUser(world, { wa_id: null, user_id: 'US.1000200030004003', name: 'Zoe', username: 'zoe' })
}

/** Adds a business number, registered and of good quality unless said otherwise. */
export function addNumber(
  world: World,
  number: Partial<PhoneNumber> & Pick<PhoneNumber, 'id' | 'waba_id' | 'display_phone_number'>,
): PhoneNumber {
  const made: PhoneNumber = {
    verified_name: world.wabas.get(number.waba_id)?.name ?? 'Carom Sandbox',
    throughput_level: 'STANDARD',
    registered: true,
    pin: null,
    status: number.registered === false ? 'PENDING' : 'CONNECTED',
    quality_rating: 'GREEN',
    messaging_limit: 'TIER_2K',
    last_onboarded_at: world.clock.now(),
    register_calls: [],
    deregister_calls: [],
    ...number,
  }
  world.numbers.set(made.id, made)
  return made
}
