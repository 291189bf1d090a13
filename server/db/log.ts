/** What this floor needs of a logger; pino's loggers fit. */
export type Log = {
  info(about: object, message: string): void
  warn(about: object, message: string): void
  error(about: object, message: string): void
}

export const silent: Log = { info() {}, warn() {}, error() {} }
