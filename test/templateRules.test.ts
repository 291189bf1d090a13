// Gateway and simulator were written apart, each from Meta's pages. Here they must agree: on what may be submitted as a
// template, and on what may be sent with one.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { bind, type Choice, type MetaComponent } from '../server/templates/bind.ts'
import { previewText } from '../server/templates/preview.ts'
import { checkDraft } from '../server/templates/rules/check.ts'
import { type Variable, variablesOf } from '../server/templates/variables.ts'
import { type Simulator, startSimulator } from '../simulator/start.ts'
import { putTemplate } from '../simulator/templates/add.ts'
import { checkDraft as checkAtMeta } from '../simulator/templates/draft.ts'
import type { Template } from '../simulator/world.ts'
import { type Draft, drafts, mutate, mutations } from './drafts.ts'

/** FUZZ_TIMES=50 node test/run.ts test/templateRules.test.ts looks longer. */
const TIMES = Number(process.env.FUZZ_TIMES ?? 1)

const NUMBER = '500100200300401'
const PICTURE = '4711'

let simulator: Simulator
before(async () => {
  simulator = await startSimulator({ port: 0 })
  simulator.world.settings.enforce_rates = false
  simulator.world.media.add({
    ...{
      id: PICTURE,
      phone_number_id: NUMBER,
      origin: 'uploaded',
      mime_type: 'image/png',
      sha256: '00',
      size: 9,
    },
    ...{ filename: null, animated: false, channels: null, created_at: simulator.world.clock.now() },
  })
})
after(() => simulator.close())

function refusalOfMeta(draft: object): string | undefined {
  try {
    checkAtMeta(draft as Record<string, unknown>)
    return undefined
  } catch (error) {
    return String((error as { body?: { error_user_msg?: unknown } }).body?.error_user_msg ?? error)
  }
}

/** Answers whether both refused it. */
function compare(draft: object): boolean {
  const { issues } = checkDraft(draft as Parameters<typeof checkDraft>[0])
  const refused = refusalOfMeta(draft)
  const said = `Carom: ${JSON.stringify(issues)}\nMeta: ${refused}\n${JSON.stringify(draft, null, 1)}`
  assert.equal(issues.length > 0, refused !== undefined, said)
  return refused !== undefined
}

test('a draft that keeps the rules passes both', () => {
  const check = fc.property(drafts, draft => {
    assert.deepEqual([checkDraft(draft).issues, refusalOfMeta(draft)], [[], undefined], JSON.stringify(draft))
  })
  fc.assert(check, { numRuns: 500 * TIMES })
})

test('a draft with mistakes is refused by both or by neither', () => {
  const changes = fc.array(mutations, { minLength: 1, maxLength: 3 })
  let refused = 0
  const check = fc.property(drafts, changes, (draft, list) => {
    refused += compare(mutate(draft, list)) ? 1 : 0
  })
  fc.assert(check, { numRuns: 3000 * TIMES })
  assert.ok(refused > 1000 * TIMES && refused < 2950 * TIMES, `${refused} were refused`)
})

/** The values that a send needs. */
function valuesOf(template: Template): Record<string, unknown> {
  return Object.fromEntries(variablesOf(template).map(variable => [variable.name, valueFor(variable)]))
}

function bound(template: Template, choice: Choice): MetaComponent[] {
  const made = bind(template, choice)
  assert.ok(made.ok, JSON.stringify([made, template]))
  return made.components
}

function valueFor(variable: Variable): unknown {
  switch (variable.type) {
    case 'image':
      return { id: PICTURE }
    case 'video':
      return 'https://example.com/a.mp4'
    case 'document':
      return { link: 'https://example.com/a.pdf', filename: 'a.pdf' }
    case 'location':
      return { latitude: 48.1, longitude: '11.5', name: 'Shop' }
    case 'product':
      return { product_retailer_id: 'a', catalog_id: '1' }
    case 'expiration':
      return 1_798_761_600_000
    case 'action':
      return actionOf(variable)
    case 'coupon_code':
      return 'SAVE20'
    default:
      return 'Ada'
  }
}

function actionOf({ sub_type }: Variable): object {
  if (sub_type === 'flow') return { flow_token: 'unused', flow_action_data: { a: 1 } }
  const thumbnail_product_retailer_id = 'a'
  const sections = [{ title: 'All', product_items: [{ product_retailer_id: 'a' }] }]
  return sub_type === 'mpm' ? { thumbnail_product_retailer_id, sections } : { thumbnail_product_retailer_id }
}

async function send(template: Template, components: unknown): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${simulator.url}/v26.0/${NUMBER}/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer EAAsandbox0000000000000000000001' },
    body: JSON.stringify({
      ...{ messaging_product: 'whatsapp', to: '+15550101001', type: 'template' },
      template: { name: template.name, language: { code: template.language }, components },
    }),
  })
  return { status: answer.status, text: await answer.text() }
}

function atMeta(draft: Draft): Template {
  const { world } = simulator
  world.templates.clear()
  const category = draft.category.toUpperCase()
  return putTemplate(world, '700100200300400', {
    ...draft,
    ...{ id: '910', category, message_send_ttl_seconds: null },
  })
}

/** Whether a file is there, and is what it should be, is not the binder's affair. */
const skipMissingFiles = (text: string) => fc.pre(!/does not exist, or has expired|131053/.test(text))

test('what the binder accepts Meta accepts, and what it refuses Meta refuses', async () => {
  const outcomes = new Set<boolean>()
  const changes = fc.array(mutations, { maxLength: 2 })
  const check = fc.asyncProperty(drafts, changes, async (draft, list) => {
    const template = atMeta(draft)
    const components = mutate(bound(template, { variables: valuesOf(template) }), list)
    const made = bind(template, { components })
    const { status, text } = await send(template, made.ok ? made.components : components)
    skipMissingFiles(text)
    assert.ok(status < 500, text)
    outcomes.add(made.ok)
    const said = `Carom: ${JSON.stringify(made)}\nMeta: ${status} ${text}\n${JSON.stringify(components, null, 1)}`
    assert.equal(status === 200, made.ok, `${said}\n${JSON.stringify(template.components)}`)
  })
  await fc.assert(check, { numRuns: 800 * TIMES })
  assert.equal(outcomes.size, 2)
})

test('values by name: what is accepted Meta takes, and the phone shows what the preview promised', async () => {
  const outcomes = new Set<boolean>()
  const changes = fc.array(mutations, { maxLength: 1 })
  const check = fc.asyncProperty(drafts, changes, async (draft, list) => {
    const template = atMeta(draft)
    const made = bind(template, { variables: mutate(valuesOf(template), list) })
    outcomes.add(made.ok)
    if (!made.ok) return
    const { status, text } = await send(template, made.components)
    skipMissingFiles(text)
    assert.equal(status, 200, `${text}\n${JSON.stringify([made, template.components], null, 1)}`)
    const { rendered } = simulator.world.messages.get(JSON.parse(text).messages[0].id) ?? {}
    assert.ok(rendered)
    const preview = previewText(template, made.components)
    assert.deepEqual(
      [preview, ...preview.cards].map(shownBy),
      [rendered, ...(rendered.cards ?? [])].map(shownBy),
    )
  })
  await fc.assert(check, { numRuns: 400 * TIMES })
  assert.equal(outcomes.size, 2)
})

type Seen = {
  header?: Record<string, unknown> | null
  body?: unknown
  footer?: unknown
  buttons: readonly { text: string; url?: string; code?: string; id?: string; type: string }[]
}

/** What both tell of a message, or of a card. */
function shownBy({ header, body, footer, buttons }: Seen) {
  const labels = buttons.map(({ type, text, url, code, id }) => {
    if (type === 'url') return [text, url]
    return type === 'copy_code' ? [text, code ?? id] : [text]
  })
  return { title: header?.text ?? null, body: body || null, footer: footer ?? null, labels }
}
