// A client that follows the stream of events, for tests.

// biome-ignore lint/suspicious/noExplicitAny: tests look into events freely
export type Followed = { events: { place: string; data: any }[]; close(): void }

export async function follow(url: string, key: string, query = '', last?: string): Promise<Followed> {
  const aborting = new AbortController()
  const answer = await fetch(`${url}/api/v1/events/stream${query}`, {
    headers: { authorization: `Bearer ${key}`, ...(last === undefined ? {} : { 'last-event-id': last }) },
    signal: aborting.signal,
  })
  if (!answer.ok || !answer.body)
    throw new Error(`The stream answered ${answer.status}: ${await answer.text()}`)
  const events: Followed['events'] = []
  void read(answer.body, events).catch(() => {})
  return { events, close: () => aborting.abort() }
}

async function read(body: ReadableStream<Uint8Array>, events: Followed['events']): Promise<void> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true })
    const frames = text.split('\n\n')
    text = frames.pop() ?? ''
    for (const frame of frames) {
      const lines = new Map(
        frame.split('\n').map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      )
      const data = lines.get('data')
      if (data !== undefined) events.push({ place: lines.get('id') ?? '', data: JSON.parse(data) })
    }
  }
}
