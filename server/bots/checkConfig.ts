// What is said about a bot becomes its config: what is given replaces what was, and the whole must fit together.

import { fail, type Issue } from '../kit/errors.ts'
import { isTimezone } from '../kit/timezone.ts'
import { urlProblem } from './checkUrl.ts'
import { schemaProblem } from './engines/checkTool.ts'
import type { BotConfig, ConfigInput } from './schema.ts'

export type Configured = {
  config: BotConfig
  /** Undefined: the one that is kept stays. Null: none is kept. */
  api_key: string | null | undefined
}

export type Before = { config: BotConfig; has_api_key: boolean }

/**
 * A setting that is null is taken back. A provider alone means engine `llm`. A key that is kept belongs to the address it
 * was given for: where provider or address change without a new key, it is forgotten rather than sent elsewhere.
 */
export function configure(
  input: ConfigInput,
  before: Before | undefined,
  private_allowed: boolean,
): Configured {
  const { api_key: given, ...settings } = input
  const all = { ...before?.config, ...settings, engine: engineOf(input, before) }
  const config = Object.fromEntries(
    Object.entries(all).filter(([, value]) => value !== null && value !== undefined),
  ) as BotConfig
  const moved = before !== undefined && placeOf(before.config) !== placeOf(config)
  const api_key = given === undefined && moved ? null : given
  const has_key = typeof api_key === 'string' || (api_key === undefined && before?.has_api_key === true)
  const issues = [
    ...keyIssues(given),
    ...engineIssues(config, has_key, moved && before.has_api_key),
    ...urlIssues(config, private_allowed),
    ...toolIssues(config),
    ...hourIssues(config),
    ...costIssues(config),
  ]
  if (issues.length > 0) refuse(issues)
  return { config, api_key }
}

function engineOf(input: ConfigInput, before: Before | undefined): BotConfig['engine'] {
  if (input.engine) return input.engine
  const names: (keyof ConfigInput)[] = before ? ['provider'] : ['provider', 'base_url', 'model', 'api_key']
  if (names.some(name => input[name] !== undefined && input[name] !== null)) return 'llm'
  return input.engine === null ? 'knowledge' : (before?.config.engine ?? 'knowledge')
}

function placeOf({ provider, base_url }: BotConfig): string {
  return `${provider} ${base_url === undefined || !URL.canParse(base_url) ? base_url : new URL(base_url).origin}`
}

/** The value itself is not shown. */
function keyIssues(given: string | null | undefined): Issue[] {
  if (given === undefined || given === null || /^[\x21-\x7e]+$/.test(given)) return []
  return [issue('api_key', 'may hold printable ASCII characters without spaces only.')]
}

function engineIssues(config: BotConfig, has_key: boolean, forgotten: boolean): Issue[] {
  const { engine, provider, base_url, model, url } = config
  if (engine === 'webhook' && url === undefined) return [issue('url', 'is required for the engine webhook.')]
  if (engine !== 'llm') return []
  const issues: Issue[] = []
  if (provider === undefined) issues.push(issue('provider', 'is required for the engine llm.'))
  if (model === undefined) issues.push(issue('model', 'is required for the engine llm.'))
  if (provider === 'openai-compatible') {
    if (base_url === undefined) issues.push(issue('base_url', 'is required for openai-compatible.'))
  } else if (provider !== undefined && !has_key) {
    const why = forgotten ? ' again, because the kept one was for another address' : ''
    issues.push(issue('api_key', `is required for ${provider}${why}.`))
  }
  return issues
}

function urlIssues(config: BotConfig, private_allowed: boolean): Issue[] {
  const named: [string, string | undefined][] = [
    ['base_url', config.base_url],
    ['url', config.url],
    ...(config.tools ?? []).map((tool, at): [string, string] => [`tools[${at}].url`, tool.url]),
  ]
  return named.flatMap(([name, text]) => {
    const param = `config.${name}`
    const message = text === undefined ? undefined : urlProblem(param, text, private_allowed)
    return message === undefined ? [] : [{ param, message }]
  })
}

function toolIssues({ tools = [] }: BotConfig): Issue[] {
  const seen = new Set<string>()
  return tools.flatMap(({ name, parameters }, at) => {
    const issues: Issue[] = []
    if (seen.has(name)) issues.push(issue(`tools[${at}].name`, 'is the name of an earlier tool as well.'))
    seen.add(name)
    const problem = parameters === undefined ? undefined : schemaProblem(parameters)
    if (problem !== undefined) issues.push(issue(`tools[${at}].parameters`, problem))
    return issues
  })
}

function hourIssues({ business_hours }: BotConfig): Issue[] {
  if (!business_hours) return []
  const { timezone, hours } = business_hours
  const issues = hours.flatMap(({ start, end }, at) =>
    start === end ? [issue(`business_hours.hours[${at}].end`, 'must differ from its start.')] : [],
  )
  if (!isTimezone(timezone)) {
    issues.push(
      issue('business_hours.timezone', 'must be the IANA name of a time zone, such as Europe/Berlin.'),
    )
  }
  return issues
}

function costIssues({ limits, prices }: BotConfig): Issue[] {
  if (limits?.cost_per_day === undefined || prices !== undefined) return []
  return [issue('prices', 'is required with limits.cost_per_day: what a million tokens cost.')]
}

function issue(name: string, problem: string): Issue {
  return { param: `config.${name}`, message: `\`config.${name}\` ${problem}` }
}

function refuse(issues: Issue[]): never {
  const [first] = issues
  return fail('invalid_parameter', {
    ...(first ? { message: first.message, param: first.param } : {}),
    details: { issues },
  })
}
