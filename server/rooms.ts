// The rooms of the third floor, opened from the lower to the upper: each is handed the ones that it stands on.

import type { Readable } from 'node:stream'
import { type Accounts, findNumber, openAccounts } from './accounts/room.ts'
import { type Analytics, openAnalytics, prepareAnalytics } from './analytics/room.ts'
import type { Audit } from './audit/record.ts'
import { openBots } from './bots/room.ts'
import { moveTurns, openTurns } from './bots/turn/open.ts'
import { openTurnRoom, type Turns } from './bots/turn/room.ts'
import { type Campaigns, openCampaigns } from './campaigns/room.ts'
import { type Consents, openConsents } from './consents/room.ts'
import { openContacts } from './contacts/resolve.ts'
import { moveContacts } from './conversations/moveContacts.ts'
import { noteInbound as noteThreads } from './conversations/noteInbound.ts'
import { type Conversations, openConversations } from './conversations/room.ts'
import { type Doctor, openDoctor } from './doctor/room.ts'
import { type Hooks as EventHooks, type Events, openEvents } from './events/room.ts'
import { prepareWeeks } from './events/weeks.ts'
import { type Graph, openGraphDoor } from './graph/room.ts'
import type { House } from './house.ts'
import { type Idempotency, openIdempotency } from './idempotency/store.ts'
import { type Inbox, openInbox } from './inbox/room.ts'
import { ensureOwner } from './keys/ensureOwner.ts'
import { type Keys, openKeys } from './keys/openKeys.ts'
import { type Knowledge, openKnowledge } from './knowledge/room.ts'
import { searchKnowledge } from './knowledge/search.ts'
import { readContent } from './media/content.ts'
import { forgetMedia } from './media/forget.ts'
import { noteInbound } from './media/noteInbound.ts'
import { requireMedia } from './media/require.ts'
import { type Media, openMedia, sweepTemp } from './media/room.ts'
import { contactNamed } from './messages/list/find.ts'
import { presentTold, readClientRefs } from './messages/list/told.ts'
import { type Messages, openMessages } from './messages/room.ts'
import { openPeople, type People } from './people/room.ts'
import { openRetention, type Retention } from './retention/room.ts'
import { SANDBOX_APP } from './sandbox/app.ts'
import { type Hooks, openTemplates, type Templates } from './templates/room.ts'

export type Rooms = {
  events: Events
  keys: Keys
  audit: Audit
  idempotency: Idempotency
  accounts: Accounts
  templates: Templates
  media: Media
  analytics: Analytics
  messages: Messages
  conversations: Conversations
  knowledge: Knowledge
  bots: Turns
  campaigns: Campaigns
  consents: Consents
  inbox: Inbox
  graph: Graph
  doctor: Doctor
  retention: Retention
  people: People
  first_tenant_id: string
}

export async function openRooms(house: House): Promise<{ rooms: Rooms; new_owner_key: string | undefined }> {
  await prepareWeeks(house)
  const events = openEvents(house)
  const keys = openKeys(house)
  const owner = await ensureOwner(keys, house.config)
  const accounts = openAccounts(house)
  const templates = openTemplates(house, accounts)
  const media = openMedia(house, accounts)
  await sweepTemp(media)
  Object.assign(templates.hooks, mediaHooks(media))
  const contacts = openContacts(house)
  const analytics = openAnalytics(house, accounts)
  await prepareAnalytics(analytics)
  const messages = openMessages(house, {
    ...{ accounts, contacts, templates, analytics },
    checkMedia: (number, media_id, kind, param) => requireMedia(media, number, media_id, kind, param),
    told: events.bell.ring,
  })
  Object.assign(events.hooks, eventHooks(house, messages))
  messages.hooks.noteMedia = (tx, noted) => noteInbound(media, tx, noted)
  messages.hooks.forgetMedia = files => forgetMedia(media, files)
  const conversations = openConversations(house, { accounts, messages })
  const knowledge = openKnowledge(house, media)
  const bots = openTurnRoom(openBots(house, { conversations, knowledge }), {
    media,
    search: (tenant_id, bot_id, query, limit) => searchKnowledge(knowledge, tenant_id, bot_id, query, limit),
  })
  messages.hooks.noteThreads = async (tx, noted) => {
    await noteThreads(conversations, tx, noted)
    await openTurns(bots, tx, noted)
  }
  messages.hooks.moveThreads = (tx, merged) => moveContacts(conversations, tx, merged)
  conversations.hooks.moveConversations = (tx, merged) => moveTurns(bots, tx, merged)
  const consents = openConsents(house, { messages, contacts, accounts })
  const campaigns = openCampaigns(house, { messages, templates, contacts, accounts, media })
  const { META_WEBHOOK_VERIFY_TOKEN, META_APP_SECRET } = house.config
  const verify_token = META_WEBHOOK_VERIFY_TOKEN ?? SANDBOX_APP.verify_token
  const inbox = openInbox(
    house,
    { events, accounts, templates, messages },
    {
      verify_token,
      app_secret: META_APP_SECRET ?? SANDBOX_APP.app_secret,
    },
  )
  const doctor = openDoctor(house, { accounts, inbox, verify_token })
  const idempotency = openIdempotency(house)
  return {
    rooms: {
      events,
      keys,
      audit: house,
      idempotency,
      accounts,
      templates,
      media,
      analytics,
      messages,
      conversations,
      knowledge,
      bots,
      campaigns,
      consents,
      inbox,
      graph: openGraphDoor(house, { accounts, media, messages, templates }),
      doctor,
      retention: openRetention(house, { inbox, messages, media, conversations, bots }),
      people: openPeople(house, { inbox, messages, conversations }),
      first_tenant_id: owner.tenant_id,
    },
    new_owner_key: owner.generated_key,
  }
}

/** Events stand below all others, and are told what messages, numbers and contacts are. */
function eventHooks(house: House, messages: Messages): EventHooks {
  return {
    presentMessages: told => presentTold(house.db, told),
    readClientRefs: asked => readClientRefs(house.db, asked),
    findNumber: async (tenant_id, id) => (await findNumber(messages.accounts, tenant_id, id))?.id,
    findContact: async (tenant_id, contact) => (await contactNamed(messages, tenant_id, contact))?.id,
  }
}

/** Templates stand below media, and need the bytes of some for their examples. */
function mediaHooks(media: Media): Hooks {
  return {
    newTempPath: () => media.temp.newPath(),
    async openMedia(caller, media_id) {
      const { body, content_type } = await readContent(media, caller, media_id, undefined)
      const filename = `${media_id}.${content_type?.split('/')[1]?.replace(/\W.*$/, '') ?? 'bin'}`
      return { mime_type: content_type, filename, body: body as Readable }
    },
  }
}
