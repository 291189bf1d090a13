import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestWorld, template, until, type Wire } from '../testWorld.ts'

const WABA = '700100200300400'
const FIELDS =
  'message_template_status_update,message_template_quality_update,template_category_update,messages'

let world: Awaited<ReturnType<typeof startTestWorld>>
before(async () => {
  world = await startTestWorld()
  await world.subscribe(FIELDS)
})
after(() => world.close())

const draft = (name: string, more: object = {}) => ({
  name,
  language: 'en_US',
  category: 'UTILITY',
  components: [{ type: 'body', text: 'Hello, your order has left our shop today.' }],
  ...more,
})
const create = (name: string, more?: object) =>
  world.graph('POST', `${WABA}/message_templates`, draft(name, more))
const read = async (id: string): Promise<Wire> =>
  (
    await world.graph(
      'GET',
      `${id}?fields=status,category,previous_category,rejected_reason,components,quality_score`,
    )
  ).body
const pass = (seconds: number) => world.control('POST', 'clock', { advance_seconds: seconds })
const told = (name: string, event: string) =>
  until(() =>
    world.receiver.got.find(one => one.value?.message_template_name === name && one.value.event === event),
  )
const rest = (name: string) => world.send('+15550101001', template(name))

test('a review approves after two seconds, rejects by name, takes long, or changes the category', async () => {
  const { body: plain } = await create('plain')
  assert.deepEqual([plain.status, plain.category, typeof plain.id], ['PENDING', 'UTILITY', 'string'])
  assert.equal((await rest('plain')).body.error.code, 132001)
  const { body: bad } = await create('reject_invalid_format_1')
  const { body: slow } = await create('slow_one')
  const { body: moved } = await create('recategorize_me')
  await pass(2)
  assert.equal((await read(plain.id)).status, 'APPROVED')
  const rejected = await read(bad.id)
  assert.deepEqual([rejected.status, rejected.rejected_reason], ['REJECTED', 'INVALID_FORMAT'])
  assert.ok((await told('reject_invalid_format_1', 'REJECTED')).value.rejection_info.recommendation)
  const other = await read(moved.id)
  assert.deepEqual(
    [other.status, other.category, other.previous_category],
    ['APPROVED', 'MARKETING', 'UTILITY'],
  )
  await until(() => world.receiver.got.find(one => one.value?.new_category === 'MARKETING'))
  assert.equal((await read(slow.id)).status, 'PENDING')
  await pass(600)
  assert.equal((await read(slow.id)).status, 'APPROVED')
  assert.equal((await rest('plain')).status, 200)
})

test('edits: reviewed again, not while in review, approved ones once a day and ten times a month', async () => {
  const { body } = await create('reject_scam_edit')
  const edit = (more: object = {}) =>
    world.graph('POST', body.id, { components: draft('x').components, ...more })
  assert.equal((await edit()).body.error.error_subcode, 2388039)
  await pass(2)
  assert.deepEqual((await edit()).body, { success: true })
  assert.equal((await read(body.id)).status, 'PENDING')
  await pass(2)
  assert.equal((await read(body.id)).status, 'APPROVED')
  for (let count = 1; count <= 10; count++) {
    assert.equal((await edit()).status, 200)
    await pass(2)
    assert.match((await edit()).body.error.error_user_msg, /once within 24 hours/)
    await pass(86_400)
  }
  assert.match((await edit()).body.error.error_user_msg, /10 times/)
  assert.match((await edit({ category: 'MARKETING' })).body.error.error_user_msg, /category/)
  assert.match((await world.graph('POST', body.id, {})).body.error.error_user_msg, /Give category/)
})

test('deleting: one language, all of them, by ids; the name of an approved one is kept back for 30 days', async () => {
  const ids: string[] = []
  for (const language of ['en_US', 'de', 'fr']) ids.push((await create('many', { language })).body.id)
  const { body: other } = await create('other')
  await pass(2)
  const remove = (query: string) => world.graph('DELETE', `${WABA}/message_templates?${query}`)
  assert.equal((await remove(`name=wrong&hsm_id=${ids[0]}`)).status, 400)
  assert.deepEqual((await remove(`name=many&hsm_id=${ids[0]}`)).body, { success: true })
  await told('many', 'DELETED')
  assert.equal((await create('many')).body.error.error_subcode, 2388023)
  assert.equal((await remove('name=many')).status, 200)
  for (const id of ids) assert.equal((await world.graph('GET', id)).body.error.code, 100)
  assert.equal((await remove(`hsm_ids=[${other.id},1]`)).status, 400)
  assert.equal((await remove(`hsm_ids=[${other.id}]&name=other`)).status, 400)
  assert.equal((await remove(`hsm_ids=[${other.id}]`)).status, 200)
  assert.equal((await remove('name=other')).status, 400)
  await pass(31 * 86_400)
  assert.equal((await create('many')).body.status, 'PENDING')
  assert.equal((await create('many')).body.error.error_subcode, 2388024)
})

test('low quality pauses for 3 hours, for 6, and then for good; unpause ends a pause', async () => {
  const { body } = await create('low_quality_offer')
  await pass(2)
  const now = async () => (await read(body.id)).status
  assert.equal((await rest('low_quality_offer')).status, 200)
  assert.equal((await read(body.id)).quality_score.score, 'YELLOW')
  assert.equal((await rest('low_quality_offer')).status, 200)
  assert.equal((await rest('low_quality_offer')).body.error.code, 132015)
  assert.equal((await told('low_quality_offer', 'PAUSED')).value.other_info.title, 'FIRST_PAUSE')
  await pass(3 * 3600 - 10)
  assert.equal(await now(), 'PAUSED')
  await pass(10)
  assert.equal(await now(), 'APPROVED')
  await rest('low_quality_offer')
  await pass(3 * 3600)
  assert.equal(await now(), 'PAUSED')
  assert.deepEqual((await world.graph('POST', `${body.id}/unpause`)).body, { success: true })
  await rest('low_quality_offer')
  assert.equal(await now(), 'DISABLED')
  assert.equal((await rest('low_quality_offer')).body.error.code, 132016)
  assert.equal((await world.graph('POST', `${body.id}/unpause`)).body.success, false)
  const gone = await world.graph('DELETE', `${WABA}/message_templates?name=low_quality_offer`)
  assert.match(gone.body.error.error_user_msg, /disabled/)
})

test('what is wrong with a draft is refused with its subcode', async () => {
  const body = (text: string, more: object = {}) => ({ components: [{ type: 'BODY', text, ...more }] })
  const cases: [object, number | undefined][] = [
    [{ language: 'xx' }, 2388084],
    [{ category: 'NEWS' }, undefined],
    [{ components: [] }, undefined],
    [body('x'.repeat(1025)), 2388040],
    [body('Hello {{2}} and all of you there', { example: { body_text: [['a']] } }), 2388072],
    [body('{{1}} is here to stay with us', { example: { body_text: [['a']] } }), 2388299],
    [body('Hello {{1}} there', { example: { body_text: [['a']] } }), 2388293],
    [body('Hello {{1}} and all of you there'), 2388043],
    [{ components: [...body('Hi there').components, { type: 'FOOTER', text: '{{1}}' }] }, 2388073],
    [{ components: [{ type: 'HEADER', format: 'TEXT', text: '*Hi*' }, ...body('Hi').components] }, 2388047],
    [
      {
        components: [
          { type: 'HEADER', format: 'IMAGE', example: { header_handle: ['4::x'] } },
          ...body('Hi').components,
        ],
      },
      2494102,
    ],
  ]
  for (const [more, subcode] of cases) {
    const { status, body: answer } = await create('wrong', more)
    assert.deepEqual([status, answer.error.error_subcode], [400, subcode], JSON.stringify([more, answer]))
    assert.ok(answer.error.error_user_msg)
  }
})

test('a hundred creations an hour, and no more', async () => {
  await pass(3600)
  for (let at = 0; at < 100; at++) assert.equal((await create(`bulk_${at}`)).status, 200)
  assert.equal((await create('bulk_100')).body.error.code, 80007)
  await pass(3600)
  assert.equal((await create('bulk_100')).status, 200)
})
