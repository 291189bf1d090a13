// The tools that a bot was given: each is one signed POST to the URL that the tenant configured, and to no other, with
// arguments that fit the tenant's schema exactly. Who is asking is told by Carom, never by the model.

import type { ToolSet } from 'ai'
import { Check } from 'typebox/schema'
import { DEFAULTS } from '../schema.ts'
import { revealsPrompt } from './clean.ts'
import type { EngineTools, Tool, ToolCall, TurnInput } from './engine.ts'
import { asData, type Prompt } from './prompt.ts'
import { Unreached } from './reach.ts'
import { signedHeaders } from './sign.ts'

type Sdk = Pick<typeof import('ai'), 'jsonSchema'>

/** What one turn may do with tools. */
const MOST_CALLS = 8
const MAX_ARGUMENT_CHARACTERS = 4_096
const MAX_RESULT_BYTES = 16 * 1024
const NO_PARAMETERS = { type: 'object', properties: {} }

/** Every call that was made or refused is added to `calls`. */
export function toolSet(
  sdk: Sdk,
  input: TurnInput,
  prompt: Prompt,
  tools: EngineTools,
  calls: ToolCall[],
): ToolSet {
  const entries = (input.bot.config.tools ?? []).map(one => {
    const schema = closed(one.parameters ?? NO_PARAMETERS) as Record<string, unknown>
    const validate = (value: unknown) =>
      Check(schema, value)
        ? { success: true as const, value }
        : {
            success: false as const,
            error: new Error(refuse(calls, one, 'The arguments do not fit the schema.')),
          }
    const execute = (value: unknown) => callTool(input, prompt, tools, calls, one, value)
    return [
      one.name,
      { description: one.description, inputSchema: sdk.jsonSchema(schema, { validate }), execute },
    ]
  })
  return Object.fromEntries(entries) as ToolSet
}

async function callTool(
  input: TurnInput,
  prompt: Prompt,
  { fetch }: EngineTools,
  calls: ToolCall[],
  tool: Tool,
  value: unknown,
): Promise<string> {
  const problem = problemOf(input, prompt, calls, value)
  if (problem) return refuse(calls, tool, problem)
  const call: ToolCall = { name: tool.name, arguments: value, outcome: 'failed', detail: null, latency_ms: 0 }
  calls.push(call)
  const body = JSON.stringify({
    type: 'bot.tool',
    timestamp: input.now.toISOString(),
    data: {
      ...{ tool: tool.name, arguments: value },
      ...{ turn_id: input.turn_id, conversation_id: input.conversation_id, contact: input.contact },
      simulated: input.simulated,
    },
  })
  const began_ms = performance.now()
  try {
    const id = `${input.turn_id}.${calls.length}`
    const headers = signedHeaders(input.secrets.signing_secret, id, input.now, body)
    const answer = await fetch(tool.url, {
      headers,
      body,
      timeout_ms: tool.timeout_ms ?? DEFAULTS.tool_timeout_ms,
      max_bytes: MAX_RESULT_BYTES,
    })
    if (answer.status < 200 || answer.status > 299) return fail(call, `HTTP ${answer.status}`)
    call.outcome = 'ok'
    return asData(prompt.tag, { from: 'tool', name: tool.name }, answer.body.toString('utf8'))
  } catch (error) {
    if (!(error instanceof Unreached)) throw error
    return fail(call, error.code)
  } finally {
    call.latency_ms = Math.round(performance.now() - began_ms)
  }
}

function fail(call: ToolCall, detail: string): string {
  call.detail = detail
  return `The tool did not work (${detail}). Answer without it.`
}

function problemOf(input: TurnInput, prompt: Prompt, calls: ToolCall[], value: unknown): string | undefined {
  const text = JSON.stringify(value) ?? ''
  if (calls.filter(call => call.outcome !== 'refused').length >= MOST_CALLS)
    return 'Too many calls in one turn.'
  if (text.length > MAX_ARGUMENT_CHARACTERS) return 'The arguments are too long.'
  const inside = textsOf(value)
  const reveals = inside.some(one => revealsPrompt(one, prompt, input.bot.system_prompt))
  return reveals ? 'The arguments repeat the instructions.' : undefined
}

function refuse(calls: ToolCall[], { name }: Tool, detail: string): string {
  // What did not pass the checks is not kept either: it may hold anything.
  calls.push({ name, arguments: null, outcome: 'refused', detail, latency_ms: 0 })
  return `The call was refused: ${detail}`
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsOf(inner)])
}

/** Objects that do not say what else they take, take nothing else. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]))
  const open = 'properties' in inner && !('additionalProperties' in inner)
  return open ? { ...inner, additionalProperties: false } : inner
}
