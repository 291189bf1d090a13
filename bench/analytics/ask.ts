// Asks the gateway the same questions over and over, one at a time, and measures until the whole answer is there.

export type Question = { name: string; path: string; bar_ms: number }

export type Asked = Question & { p50_ms: number; p95_ms: number; bytes: number }

const WARM = 5

export async function ask(url: string, key: string, question: Question, times: number): Promise<Asked> {
  const taken: number[] = []
  let bytes = 0
  for (let n = 0; n < WARM + times; n++) {
    const began = performance.now()
    const response = await fetch(`${url}/api/v1/whatsapp/analytics/${question.path}`, {
      headers: { authorization: `Bearer ${key}` },
    })
    const text = await response.text()
    if (n >= WARM) taken.push(performance.now() - began)
    if (!response.ok) throw new Error(`${question.path} was answered ${response.status}: ${text}`)
    bytes = text.length
  }
  taken.sort((a, b) => a - b)
  const at = (part: number) => taken[Math.min(taken.length - 1, Math.ceil(part * taken.length) - 1)] ?? 0
  return { ...question, p50_ms: at(0.5), p95_ms: at(0.95), bytes }
}

export function questions(number: string, campaign: string): Question[] {
  const of = (name: string, path: string, bar_ms: number): Question => ({ name, path, bar_ms })
  const filters: [string, string][] = [
    ['number', `phone_number_id=${number}`],
    ['template', 'template=notice_0'],
    ['campaign', `campaign_id=${campaign}`],
    ['number and template', `phone_number_id=${number}&template=notice_0`],
  ]
  const zone = 'timezone=Asia/Kathmandu'
  return [
    of('funnel', 'funnel?days=90', 50),
    of('funnel, Kathmandu', `funnel?days=90&${zone}`, 50),
    of('series by day', 'timeseries?days=90', 50),
    of('series by hour', 'timeseries?days=90&interval=hour', 50),
    of('series by hour, Kathmandu', `timeseries?days=90&interval=hour&${zone}`, 50),
    of('costs', 'costs?days=90', 50),
    of('costs, Kathmandu', `costs?days=90&${zone}`, 50),
    ...filters.flatMap(([name, filter]) =>
      ['funnel', 'timeseries', 'costs'].map(kind =>
        of(`${kind} of a ${name}`, `${kind}?days=90&${filter}`, 100),
      ),
    ),
    of('templates', 'templates?days=90', 100),
    of('campaigns', 'campaigns?days=90', 100),
    of('failures', 'failures?days=90', 100),
    of('responses', 'responses?days=90', 100),
  ]
}
