// For the process that made a change: it must not wait for its own announcement.

import type { Templates } from './room.ts'

export function forgetTemplates(templates: Templates, account_id: string): void {
  templates.named.forget(rows => rows[0]?.account_id === account_id)
}
