import assert from 'node:assert/strict'
import { test } from 'node:test'
import { metaErrorsMarkdown } from './printVerdicts.ts'
import { explain, isTokenInvalid, reactionTo, subcodes, table, throttleWait } from './verdicts.ts'

// Section 7 of Meta's reference, code by code.
const DOCUMENTED = [
  0, 1, 2, 3, 4, 10, 33, 100, 190, 200, 368, 803, 80007, 131005, 131031, 131057, 2494100, 130403, 130429,
  130472, 130497, 131000, 131008, 131009, 131016, 131021, 131026, 131030, 131037, 131042, 131047, 131048,
  131049, 131050, 131051, 131052, 131053, 131056, 131060, 131061, 131062, 131063, 131064, 131035, 131036,
  134011, 135000, 137000, 132000, 132001, 132005, 132007, 132012, 132015, 132016, 132018, 132068, 132069,
  134100, 134101, 134102, 131055, 1752041, 139000, 139001, 139002, 139003, 139004, 139006, 200005, 200006,
  200007, 131045, 133000, 133004, 133005, 133006, 133008, 133009, 133010, 133015, 133016, 2388001, 2388012,
  2388091, 2388093, 2388103, 2593079, 2593085, 2593107, 2593108, 2593109, 131020, 131041, 131059, 131201,
  131202, 131203, 131204, 131207, 131208, 131209, 131210, 131211, 131212, 131213, 131214, 131215, 131044,
  138000, 138001, 138002, 138003, 138004, 138005, 138006, 138007, 138009, 138012, 138013, 138014, 138015,
  138017, 138018, 138019, 138020, 138021, 138022, 138023, 139100, 139101, 139102, 139103, 147001, 147002,
  147003, 147004,
]
const TEMPLATE_SUBCODES = [
  2388019, 2388023, 2388024, 2388039, 2388040, 2388043, 2388047, 2388072, 2388073, 2388084, 2388109, 2388293,
  2388299, 2494102,
]

test('every documented code has a line of its own', () => {
  for (const code of DOCUMENTED) assert.ok(table[code], `code ${code}`)
  const unknown = explain({ code: 987654, message: '(#987654) New thing' }).cause
  for (const code of DOCUMENTED) assert.notEqual(explain({ code }).cause, unknown)
  for (const error_subcode of TEMPLATE_SUBCODES) {
    assert.notEqual(
      explain({ code: 100, error_subcode }).cause,
      explain({ code: 100 }).cause,
      `${error_subcode}`,
    )
  }
})

test('every line is complete, in whole sentences', () => {
  const all = [table, ...subcodes.map(known => known.table)].flatMap(entries => Object.entries(entries))
  for (const [code, [title, cause, fix_by, retry, next_step, reaction]] of all) {
    assert.ok(title.length > 3 && !title.endsWith('.'), `title of ${code}`)
    for (const sentence of [cause, next_step])
      assert.match(sentence, /^[A-Z"(].{8,}\.$/, `${code}: ${sentence}`)
    assert.ok(['sender', 'operator', 'recipient', 'meta'].includes(fix_by))
    assert.ok(['never', 'later', 'now'].includes(retry))
    if (reaction?.kind === 'transient' || reaction?.kind === 'throttle') assert.notEqual(retry, 'never', code)
    if (reaction?.kind === 'token_invalid') assert.equal(retry, 'never', code)
  }
})

test('explains an HTTP error and a webhook error', () => {
  const http = explain({
    code: 131009,
    message: '(#131009) Parameter value is not valid',
    error_subcode: 2494010,
    error_data: { messaging_product: 'whatsapp', details: "Parameter 'to' is wrong." },
    fbtrace_id: 'A1',
  })
  assert.equal(http.title, 'Parameter value is not valid')
  assert.equal(http.details, "Parameter 'to' is wrong.")
  assert.deepEqual([http.subcode, http.fbtrace_id], [2494010, 'A1'])
  const webhook = explain({
    code: 131026,
    title: 'Message undeliverable',
    message: 'Message undeliverable',
    error_data: { details: 'Cannot be delivered.' },
  })
  assert.equal(webhook.fix_by, 'recipient')
  assert.equal(webhook.details, 'Cannot be delivered.')
})

test("an unknown code keeps Meta's words; an unknown transient one is retried", () => {
  const problem = explain({ code: 987654, message: '(#987654) New thing', error_user_msg: 'Please do it.' })
  assert.equal(problem.title, 'New thing')
  assert.equal(problem.details, 'Please do it.')
  assert.equal(problem.retry, 'never')
  assert.equal(reactionTo({ code: 987654 }).kind, 'reject')
  assert.equal(reactionTo({ code: 987654, is_transient: true }).kind, 'transient')
})

test('tokens, permissions, legacy codes, subcodes', () => {
  for (const code of [0, 102, 190, 200, 255, 299]) assert.ok(isTokenInvalid({ code }), `${code}`)
  for (const code of [10, 100, 131005, 131042]) assert.equal(isTokenInvalid({ code }), false, `${code}`)
  assert.match(explain({ code: 190, error_subcode: 463 }).cause, /expired/)
  assert.match(explain({ code: 190, error_subcode: 458 }).cause, /removed the app/)
  assert.equal(explain({ code: 470 }).cause, explain({ code: 131047 }).cause)
  assert.equal(explain({ code: 470 }).code, 470)
  assert.match(explain({ code: 100, error_subcode: 36007 }).next_step, /Embedded Signup/)
})

test('throttling waits grow and are capped', () => {
  const pair = reactionTo({ code: 131056 })
  assert.ok(pair.kind === 'throttle')
  assert.deepEqual(
    [1, 2, 3, 30].map(attempt => throttleWait(pair, attempt)),
    [1000, 4000, 16_000, 3_600_000],
  )
})

test('secrets in what Meta wrote are cut out', () => {
  const problem = explain({ code: 987654, message: 'Bad token EAAabcdefghij12345' })
  assert.equal(problem.title.includes('EAAabc'), false)
})

test('what Meta wrote can be stored, wherever it was cut off', () => {
  const { details } = explain({ code: 131009, details: `a\0${'😀'.repeat(600)}` })
  assert.ok(details?.isWellFormed() && !details.includes('\0') && details.length >= 999, details)
})

test('the page shows every line', () => {
  const page = metaErrorsMarkdown()
  for (const code of DOCUMENTED) assert.match(page, new RegExp(`^\\| ${code}( |–)`, 'm'))
  for (const code of TEMPLATE_SUBCODES) assert.match(page, new RegExp(`^\\| ${code} `, 'm'))
})
