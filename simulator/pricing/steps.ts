// Meta's volume steps: how many messages of a month, in thousands, each of the first five reaches to.

const REST =
  'Egypt France Germany Hungary Iraq Israel Italy Kuwait Morocco Netherlands Nigeria Oman Poland Qatar Romania Russia'
const WEST = [
  ...REST.split(' '),
  ...['Saudi Arabia', 'South Africa', 'Spain', 'Turkey', 'Ukraine', 'United Arab Emirates', 'United Kingdom'],
  ...['Rest of Africa', 'Rest of Central & Eastern Europe', 'Rest of Middle East', 'Rest of Western Europe'],
]
const EAST = [
  'Bangladesh',
  'Hong Kong',
  'Malaysia',
  'Nepal',
  'Pakistan',
  'Singapore',
  'Sri Lanka',
  'Rest of Asia Pacific',
]

const BOUNDS: [markets: string[], utility: number[], authentication: number[]][] = [
  [WEST, [100, 1000, 4500, 40_000, 80_000], [300, 2000, 10_000, 20_000, 40_000]],
  [EAST, [150, 1000, 4000, 25_000, 50_000], [100, 300, 1000, 10_000, 20_000]],
  [
    ['Argentina', 'Chile', 'Colombia', 'Peru', 'Rest of Latin America'],
    [100, 1000, 4500, 15_000, 30_000],
    [120, 400, 1000, 5000, 10_000],
  ],
  [
    ['North America', 'Kazakhstan', 'Other'],
    [80, 750, 2250, 3000, 6000],
    [100, 500, 2000, 5000, 10_000],
  ],
  [['Brazil'], [250, 2000, 17_000, 35_000, 70_000], [500, 3000, 5250, 10_000, 20_000]],
  [['Mexico'], [1000, 5000, 10_000, 20_000, 40_000], [250, 1000, 3000, 5000, 10_000]],
  [['India'], [25_000, 50_000, 100_000, 200_000, 300_000], [750, 15_000, 20_000, 50_000, 100_000]],
  [['Indonesia'], [750, 4000, 25_000, 75_000, 150_000], [750, 2000, 6000, 30_000, 60_000]],
]

export type Step = { tier: string; percent: number }

/** The step of a message before which there were so many others in its month. */
export function stepOf(market: string, category: 'utility' | 'authentication', before: number): Step {
  const [, utility, authentication] = BOUNDS.find(([markets]) => markets.includes(market)) ?? [[], [], []]
  const bounds = (category === 'utility' ? utility : authentication).map(thousands => thousands * 1000)
  const at = bounds.findIndex(bound => before < bound)
  const step = at < 0 ? bounds.length : at
  const tier = `${bounds[step - 1] ?? 0}:${bounds[step] ?? 'MAX'}`
  return { tier, percent: step * (market === 'India' ? 6 : 5) }
}
