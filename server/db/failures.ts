/** What a failed statement was: a lost connection, a lost race, or the statement's own fault. Decides nothing itself. */

const CONNECTION_CODES = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'EPIPE',
  'ENOENT', // the socket of a server that is down
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '57P05', // idle_session_timeout
  '53300', // too_many_connections
  '25P03', // idle_in_transaction_session_timeout
])

/** pg's own errors carry no code. */
const CONNECTION_MESSAGES =
  /connection terminated|connection error|timeout exceeded when trying to connect|client was closed|not queryable/i

/** The server is gone, going or out of reach. The statement may or may not have been carried out. */
export function isConnectionError(error: unknown): boolean {
  const code = errorCode(error)
  if (code !== undefined) return CONNECTION_CODES.has(code) || code.startsWith('08')
  if (error instanceof AggregateError) return error.errors.length > 0 && error.errors.every(isConnectionError)
  return error instanceof Error && CONNECTION_MESSAGES.test(error.message)
}

/** Lost against another transaction and rolled back whole: the same statement may well succeed now. */
export function isLostRace(error: unknown): boolean {
  const code = errorCode(error)
  return code === '40001' || code === '40P01'
}

/**
 * Could leaving out some of the rows help? Not when the statement itself is wrong (42), or the server lacks
 * resources (53), was interrupted (57), is not in a state for it (25, 55) or fails at its own files (58).
 */
export function mayBeOneRowsFault(error: unknown): boolean {
  if (isConnectionError(error)) return false
  return !/^(25|42|53|55|57|58)...$/.test(errorCode(error) ?? '')
}

export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as { code?: unknown }).code : undefined
  return typeof code === 'string' ? code : undefined
}
