// The simulator's control API as functions, and its event stream. It knows nothing of the page.

/**
 * @typedef {{ key: string, wa_id?: string | null, user_id?: string | null, username?: string | null,
 *   name?: string | null, online: boolean, blocked: boolean, read_receipts: boolean, phone_hidden?: boolean,
 *   stopped_marketing?: boolean }} User
 * @typedef {{ type: string, text: string, id?: string, url?: string, [more: string]: any }} Button
 * @typedef {{ title?: string, product_retailer_ids: string[] }} Shelf
 * @typedef {{ header?: any, body?: string, footer?: string, buttons?: Button[], product?: string, cards?: Rendered[],
 *   list?: any, products?: { catalog_id?: string, sections: Shelf[] }, contacts?: any[] }} Rendered
 * @typedef {{ id: string, phone_number_id: string, user: string, direction: 'to_user' | 'from_user', type: string,
 *   content: any, rendered?: Rendered | null, status: string, timestamp: string | number, callback_data?: string | null,
 *   context?: any, edited?: boolean, deleted?: boolean, referral?: any, errors?: any[] | null, statuses?: { status: string, timestamp: string | number }[], pricing?: any }} Message
 * @typedef {{ now: string | number, offset_ms: number }} Clock
 */

const PAGE_SIZE = 500

export const getWorld = () => call('GET', '/_sim/world')
/** @param {object} body @returns {Promise<Message>} */
export const sendMessage = body => call('POST', '/_sim/messages', body)
/**
 * @typedef {{ id?: string, index?: number, card?: number, values?: object }} Tap
 * @param {string} id @param {Tap} button @returns {Promise<Message>}
 */
export const tap = (id, button) => call('POST', `/_sim/messages/${encodeURIComponent(id)}/tap`, button)
/** @param {string} id @param {string} emoji @returns {Promise<Message>} */
export const react = (id, emoji) => call('POST', `/_sim/messages/${encodeURIComponent(id)}/react`, { emoji })
/** @param {string} id @param {string} status @param {number} [code] @returns {Promise<Message>} */
export const sendStatus = (id, status, code) =>
  call('POST', `/_sim/messages/${encodeURIComponent(id)}/status`, code ? { status, code } : { status })
/** @param {string} key @param {object} changes @returns {Promise<User>} */
export const putUser = (key, changes) => call('PUT', `/_sim/users/${encodeURIComponent(key)}`, changes)
/** @param {object} body @returns {Promise<Clock>} */
export const moveClock = body => call('POST', '/_sim/clock', body)
/** @param {object} changes */
export const patchSettings = changes => call('PATCH', '/_sim/settings', changes)
/** Gives the simulator a file that a person can send. @param {File} file @returns {Promise<{ id: string }>} */
export const makeMedia = file =>
  call('POST', `/_sim/media?${new URLSearchParams({ filename: file.name })}`, file)
/** Anything else that Meta tells the business. @param {object} event */
export const sendEvent = event => call('POST', '/_sim/events', event)
/** Lets Meta change a template. @param {string} id @param {object} changes */
export const changeTemplate = (id, changes) =>
  call('PATCH', `/_sim/templates/${encodeURIComponent(id)}`, changes)
export const resetAll = () => call('POST', '/_sim/reset')

/**
 * All messages that match, oldest first, page by page; at most `pages` pages of 500.
 * @param {Record<string, string>} filter @param {number} [pages]
 * @returns {Promise<Message[]>}
 */
export async function listMessages(filter, pages = 20) {
  /** @type {Message[]} */
  const found = []
  for (let page = 0; page < pages; page++) {
    const last = found.at(-1)
    const query = new URLSearchParams({
      ...filter,
      limit: String(PAGE_SIZE),
      ...(last && { after: last.id }),
    })
    const { data, total } = await call('GET', `/_sim/messages?${query}`)
    found.push(...data)
    if (data.length === 0 || data.length < PAGE_SIZE || found.length >= total) break
  }
  return found
}

/**
 * Listens to the stream for ever. After every connection `onOpen` runs, because events may have been missed.
 * @param {{ onOpen: () => void, onLost: () => void, onEvent: (name: string, data: any) => void }} listener
 */
export function listen({ onOpen, onLost, onEvent }) {
  const source = new EventSource('/_sim/stream')
  source.onopen = onOpen
  source.onerror = () => {
    onLost()
    if (source.readyState !== EventSource.CLOSED) return
    setTimeout(() => listen({ onOpen, onLost, onEvent }), 2000)
  }
  for (const name of ['message', 'user', 'clock', 'settings', 'typing', 'reset']) {
    source.addEventListener(name, event => onEvent(name, JSON.parse(event.data || 'null')))
  }
}

/** @param {string} method @param {string} path @param {object | File} [body] @returns {Promise<any>} */
async function call(method, path, body) {
  const isFile = body instanceof File
  const type = isFile ? body.type || 'application/octet-stream' : 'application/json'
  const content = isFile ? body : JSON.stringify(body)
  const options = body ? { body: content, headers: { 'content-type': type } } : {}
  const answer = await fetch(path, { method, ...options }).catch(() => {
    throw new Error('The simulator does not answer. Is it still running?')
  })
  const text = await answer.text()
  /** @type {any} */
  let json = null
  try {
    json = text ? JSON.parse(text) : null
  } catch {
    throw new Error(`The simulator answered ${answer.status} with something that is not JSON.`)
  }
  if (!answer.ok)
    throw new Error(json?.error?.message ?? json?.error ?? `The simulator answered ${answer.status}.`)
  return json
}
