// Gateway and simulator were written apart, each from Meta's pages. Here they must agree: on what may be submitted as a
// template, and on what may be sent with one.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { bind } from '../server/templates/bind.ts'
import { checkDraft } from '../server/templates/rules/check.ts'
import { type Variable, variablesOf } from '../server/templates/variables.ts'
import { type Simulator, startSimulator } from '../simulator/start.ts'
import { putTemplate } from '../simulator/templates/add.ts'
import { checkDraft as checkAtMeta } from '../simulator/templates/draft.ts'
import type { Template } from '../simulator/world.ts'
import { drafts, mutate, mutations } from './drafts.ts'

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
  fc.assert(check, { numRuns: 500 })
})

test('a draft with mistakes is refused by both or by neither', () => {
  const changes = fc.array(mutations, { minLength: 1, maxLength: 3 })
  let refused = 0
  const check = fc.property(drafts, changes, (draft, list) => {
    refused += compare(mutate(draft, list)) ? 1 : 0
  })
  fc.assert(check, { numRuns: 3000 })
  assert.ok(refused > 1000 && refused < 2950, `${refused} of 3000 were refused`)
})

/** The values that a send needs, as Meta's components. */
function supply(template: Template): object[] {
  const variables: Record<string, unknown> = {}
  for (const variable of variablesOf(template)) variables[variable.name] = valueFor(variable)
  const bound = bind(template, { variables })
  assert.ok(bound.ok, JSON.stringify([bound, template]))
  return bound.components
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

test('what the binder accepts Meta accepts, and what it refuses Meta refuses', async () => {
  const outcomes = new Set<boolean>()
  const changes = fc.array(mutations, { maxLength: 2 })
  const check = fc.asyncProperty(drafts, changes, async (draft, list) => {
    const { world } = simulator
    world.templates.clear()
    const fields = {
      ...draft,
      id: '910',
      category: draft.category.toUpperCase(),
      message_send_ttl_seconds: null,
    }
    const template = putTemplate(world, '700100200300400', fields)
    const components = mutate(supply(template), list)
    const bound = bind(template, { components })
    const { status, text } = await send(template, bound.ok ? bound.components : components)
    // Whether a file is there, and is what it should be, is not the binder's affair.
    fc.pre(!/does not exist, or has expired|131053/.test(text))
    assert.ok(status < 500, text)
    outcomes.add(bound.ok)
    const said = `Carom: ${JSON.stringify(bound)}\nMeta: ${status} ${text}\n${JSON.stringify(components, null, 1)}`
    assert.equal(status === 200, bound.ok, `${said}\n${JSON.stringify(template.components)}`)
  })
  await fc.assert(check, { numRuns: 800 })
  assert.equal(outcomes.size, 2)
})
