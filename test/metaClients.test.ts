// Published clients of the Cloud API, as they are: every call of theirs that Carom serves, once through Carom's
// Meta-compatible endpoint with a `cm_` key, and once straight to the simulator with Meta's own token.

import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { WhatsAppClient } from '@kapso/whatsapp-cloud-api'
import { WhatsAppAPI } from 'whatsapp-api-js'
import * as m from 'whatsapp-api-js/messages'
import { SANDBOX_APP } from '../server/sandbox/app.ts'
import { ADA, eventually, type Journey, NUMBER, startJourney } from './carom.ts'

const WABA = SANDBOX_APP.waba_id
const phoneNumberId = NUMBER
const to = ADA
const link = 'https://example.com/file'

let carom: Journey
let parcel: Blob
before(async () => {
  carom = await startJourney({ settings: { enforce_rates: false } })
  const bytes = await readFile(join(import.meta.dirname, '../simulator/media/samples/photo.jpg'))
  parcel = new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' })
})
after(() => carom.close())

/** Ada writes, so that the window is open; answers what she wrote. */
async function adaWrites(): Promise<string> {
  const written = await carom.sim('POST', '/_sim/messages', {
    ...{ phone_number_id: NUMBER, user: ADA.slice(1), text: 'Hello' },
  })
  const { id } = written.body
  await eventually(async () => {
    const found = await carom.api('GET', `/whatsapp/messages/${encodeURIComponent(id)}`)
    assert.equal(found.status, 200)
  })
  return id
}

const SIDES = {
  'through Carom': () => ({ base: `${carom.url}/meta`, token: carom.owner_key }),
  'straight to Meta': () => ({ base: carom.simulator.url, token: SANDBOX_APP.access_token }),
}

for (const [side, where] of Object.entries(SIDES)) {
  describe(side, () => {
    test('@kapso/whatsapp-cloud-api sends every kind', async () => {
      const { base, token } = where()
      const client = new WhatsAppClient({ accessToken: token, baseUrl: base, graphVersion: 'v26.0' })
      const messageId = await adaWrites()
      const common = { phoneNumberId, to }
      const { messages } = client
      const sent = [
        await messages.sendText({ ...common, body: 'Hello', previewUrl: true }),
        await messages.sendText({ ...common, body: 'Quoting', contextMessageId: messageId }),
        await messages.sendImage({ ...common, image: { link: `${link}.jpg`, caption: 'A parcel' } }),
        await messages.sendAudio({ ...common, audio: { link: `${link}.ogg` } }),
        await messages.sendDocument({ ...common, document: { link: `${link}.pdf`, filename: 'a.pdf' } }),
        await messages.sendVideo({ ...common, video: { link: `${link}.mp4` } }),
        await messages.sendSticker({ ...common, sticker: { link: `${link}.webp` } }),
        await messages.sendLocation({
          ...common,
          location: { latitude: 52.5, longitude: 13.4, name: 'Here' },
        }),
        await messages.sendContacts({
          ...common,
          contacts: [
            {
              name: { formattedName: 'Ben Miller', firstName: 'Ben' },
              phones: [{ phone: '+15550101002', type: 'WORK' }],
            },
          ],
        }),
        await messages.sendReaction({ ...common, reaction: { messageId, emoji: '👍' } }),
        await messages.sendTemplate({
          ...common,
          template: {
            name: 'order_shipped',
            language: { code: 'en_US' },
            components: [
              {
                type: 'body',
                parameters: [
                  { type: 'text', text: 'Ada' },
                  { type: 'text', text: '4711' },
                ],
              },
              {
                ...{ type: 'button', subType: 'url', index: '0' },
                parameters: [{ type: 'text', text: '4711' }],
              },
            ],
          },
        }),
        await messages.sendInteractiveButtons({
          ...common,
          bodyText: 'Well?',
          buttons: [{ id: 'yes', title: 'Yes' }],
        }),
        await messages.sendInteractiveList({
          ...{ ...common, bodyText: 'Where?', buttonText: 'Places' },
          sections: [{ title: 'City', rows: [{ id: 'a', title: 'Main street' }] }],
        }),
        await messages.sendInteractiveCtaUrl({
          ...common,
          bodyText: 'Look',
          parameters: { displayText: 'Open', url: 'https://example.com' },
        }),
        await messages.sendInteractiveLocationRequest({
          ...common,
          bodyText: 'Where are you?',
          parameters: { requestMessage: 'Where are you?' },
        }),
        await messages.sendRaw({
          phoneNumberId,
          payload: { messaging_product: 'whatsapp', to, type: 'text', text: { body: 'Raw' } },
        }),
      ]
      for (const answer of sent) {
        assert.equal(answer.contacts[0]?.input, to)
        assert.equal(answer.contacts[0]?.waId, to.slice(1))
        assert.match(answer.messages[0]?.id ?? '', /^wamid\./)
      }
      const statuses = sent.map(answer => answer.messages[0]?.messageStatus)
      assert.deepEqual(
        statuses.filter(status => status !== undefined),
        ['accepted'],
      )
      const read = await messages.markRead({ phoneNumberId, messageId, typingIndicator: { type: 'text' } })
      assert.deepEqual(read, { success: true })
    })

    test('@kapso/whatsapp-cloud-api handles files', async () => {
      const { base, token } = where()
      const client = new WhatsAppClient({ accessToken: token, baseUrl: base, graphVersion: 'v26.0' })
      const { id } = await client.media.upload({
        phoneNumberId,
        type: 'image',
        file: parcel,
        fileName: 'a.jpg',
      })
      const told = await client.media.get({ mediaId: id, phoneNumberId })
      assert.equal(told.mimeType, 'image/jpeg')
      const bytes = await client.media.download({ mediaId: id, phoneNumberId, auth: 'always' })
      assert.deepEqual(Buffer.from(bytes as ArrayBuffer), Buffer.from(await parcel.arrayBuffer()))
      const sent = await client.messages.sendImage({ phoneNumberId, to, image: { id } })
      assert.match(sent.messages[0]?.id ?? '', /^wamid\./)
      assert.deepEqual(await client.media.delete({ mediaId: id, phoneNumberId }), { success: true })
    })

    test('@kapso/whatsapp-cloud-api manages templates', async () => {
      const { base, token } = where()
      const client = new WhatsAppClient({ accessToken: token, baseUrl: base, graphVersion: 'v26.0' })
      const name = `pickup_${side.replaceAll(/\W/g, '_').toLowerCase()}`
      const made = await client.templates.create({
        ...{ businessAccountId: WABA, name, language: 'en_US', category: 'UTILITY' },
        components: [{ type: 'BODY', text: 'Your order is ready to be picked up at our shop.' }],
      })
      assert.ok(made.id)
      const listed = await client.templates.list({ businessAccountId: WABA, name })
      assert.equal(listed.data[0]?.name, name)
      assert.deepEqual(await client.templates.delete({ businessAccountId: WABA, name }), { success: true })
    })

    test('whatsapp-api-js sends every kind, and handles files', async () => {
      const { base, token } = where()
      const api = new WhatsAppAPI({
        ...{ token, secure: false, v: 'v26.0' },
        ponyfill: {
          fetch: (url, init) => fetch(String(url).replace('https://graph.facebook.com', base), init),
        },
      })
      const wamid = await adaWrites()
      const choice = new m.ActionButtons(new m.Button('yes', 'Yes'), new m.Button('no', 'No'))
      const list = new m.ActionList('Places', new m.ListSection('City', new m.Row('a', 'Main street')))
      const kinds = [
        new m.Text('Hello', true),
        new m.Image(`${link}.jpg`, false, 'A parcel'),
        new m.Audio(`${link}.ogg`),
        new m.Document(`${link}.pdf`, false, 'The invoice', 'a.pdf'),
        new m.Video(`${link}.mp4`),
        new m.Sticker(`${link}.webp`),
        new m.Location(13.4, 52.5, 'Here', 'Main street 1'),
        new m.Contacts([new m.Name('Ben Miller', 'Ben'), new m.Phone('+15550101002', 'WORK')]),
        new m.Reaction(wamid, '👍'),
        new m.Interactive(choice, new m.Body('Well?'), new m.Header('Order'), new m.Footer('Carom')),
        new m.Interactive(list, new m.Body('Where?')),
        new m.Interactive(new m.ActionCTA('Open', 'https://example.com'), new m.Body('Look')),
        new m.Interactive(new m.ActionLocation(), new m.Body('Where are you?')),
        new m.Template(
          'order_shipped',
          'en_US',
          new m.BodyComponent(new m.BodyParameter('Ada'), new m.BodyParameter('4711')),
          new m.URLComponent('4711'),
        ),
      ]
      for (const kind of kinds) {
        const answer = await api.sendMessage(NUMBER, to, kind, undefined, 'order-4711')
        assert.ok('messages' in answer, JSON.stringify(answer))
        assert.equal(answer.contacts[0]?.input, to)
      }
      assert.deepEqual(await api.markAsRead(NUMBER, wamid, 'text'), { success: true })
      const form = new FormData()
      form.set('file', parcel, 'a.jpg')
      form.set('messaging_product', 'whatsapp')
      const uploaded = await api.uploadMedia(NUMBER, form)
      assert.ok('id' in uploaded, JSON.stringify(uploaded))
      const told = await api.retrieveMedia(uploaded.id, NUMBER)
      assert.ok('url' in told, JSON.stringify(told))
      const bytes = await (await api.fetchMedia(told.url)).arrayBuffer()
      assert.equal(bytes.byteLength, parcel.size)
      assert.deepEqual(await api.deleteMedia(uploaded.id, NUMBER), { success: true })
    })
  })
}
