// The engine with a model of any provider, through the AI SDK. One attempt per call: what may be tried again, and when, is
// the turn's affair.

import type { LanguageModel } from 'ai'
import { DEFAULTS } from '../schema.ts'
import { cleanAnswer, repeatsPrompt, wholeSentences } from './clean.ts'
import type { Answer, EngineTools, Outcome, Spent, Told, ToolCall, TurnInput } from './engine.ts'
import { failed } from './failures.ts'
import { loadSdk, openModel, sdkFetch } from './model.ts'
import { explainModelError } from './modelErrors.ts'
import { type Prompt, promptOf } from './prompt.ts'
import { splitText } from './splitText.ts'
import { toolSet } from './tools.ts'

/** A model may use its tools so often before it must speak. */
const MOST_STEPS = 4

type Opened = { model: LanguageModel; name: string }

export async function askModel(input: TurnInput, tools: EngineTools): Promise<Outcome> {
  const { config } = input.bot
  if (!config.model) return failed('no_model', 'The bot names no model; set `config.model`.', false)
  const fetch = sdkFetch(tools.fetch, config.timeout_ms ?? DEFAULTS.timeout_ms)
  const choice = { ...config, model: config.model }
  const model = await openModel(choice, { api_key: input.secrets.api_key, fetch })
  return askOpened(input, tools, { model, name: config.model })
}

/** With a model that is open already: the tests' own. */
export async function askOpened(input: TurnInput, tools: EngineTools, opened: Opened): Promise<Outcome> {
  const images = input.thread.some(message => message.image !== undefined && input.asked.includes(message.id))
  const outcome = await askOnce(input, tools, opened, images)
  // A model that takes no pictures says so with a refusal: then it gets the words alone.
  const refused = outcome.kind === 'failed' && /^http_4(00|15|22)$/.test(outcome.problem.code)
  return images && refused ? askOnce(input, tools, opened, false) : outcome
}

async function askOnce(
  input: TurnInput,
  tools: EngineTools,
  { model, name }: Opened,
  images: boolean,
): Promise<Outcome> {
  const sdk = await loadSdk()
  const prompt = promptOf(input, { images })
  const { temperature, max_output_tokens, timeout_ms } = { ...DEFAULTS, ...input.bot.config }
  const calls: ToolCall[] = []
  const spent: Spent = { input_tokens: 0, output_tokens: 0 }
  let known = false
  const told = (): Told => ({
    ...{ model: name, spent: known ? spent : null, passages: input.passages, tool_calls: calls },
  })
  try {
    const result = await sdk.generateText({
      ...{ model, instructions: prompt.instructions, messages: prompt.messages },
      tools: toolSet(sdk, input, prompt, tools, calls),
      stopWhen: sdk.isStepCount(MOST_STEPS),
      prepareStep: ({ stepNumber }) => (stepNumber >= MOST_STEPS - 1 ? { toolChoice: 'none' } : {}),
      maxOutputTokens: max_output_tokens,
      temperature,
      ...{ maxRetries: 0, timeout: timeout_ms, telemetry: { isEnabled: false } },
      onStepEnd({ usage }) {
        known ||= usage.inputTokens !== undefined || usage.outputTokens !== undefined
        spent.input_tokens += usage.inputTokens ?? 0
        spent.output_tokens += usage.outputTokens ?? 0
      },
    })
    return { ...outcomeOf(input, prompt, result), ...told() }
  } catch (error) {
    return { ...explainModelError(error, input.secrets.api_key), ...told() }
  }
}

function outcomeOf(
  input: TurnInput,
  prompt: Prompt,
  result: { text: string; finishReason: string },
): Outcome {
  const nothing = { model: null, spent: null, passages: [], tool_calls: [] }
  if (result.finishReason === 'content-filter') {
    return { ...nothing, kind: 'unanswerable', reason: 'content_filter' }
  }
  if (result.text.includes(prompt.marker) || repeatsPrompt(result.text, input.bot.system_prompt)) {
    return { ...nothing, kind: 'unanswerable', reason: 'prompt_leak' }
  }
  const cleaned = cleanAnswer(result.text, prompt)
  const text = result.finishReason === 'length' ? wholeSentences(cleaned) : cleaned
  if (text === '') return failed('empty_answer', 'The model answered nothing.', true)
  const messages = splitText(text).map((body): Answer => ({ type: 'text', content: { body } }))
  return { ...nothing, kind: 'answer', messages }
}
