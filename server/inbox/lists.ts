// Webhook fields whose value is a list of things: which lists, and what their members are. Every other field is one change.

export type ListKind =
  | 'message'
  | 'status'
  | 'error'
  | 'echo'
  | 'past_message'
  | 'history'
  | 'address'
  | 'user_id'
  | 'preference'
  | 'call'
  | 'call_status'

export const LISTS: Record<string, Record<string, ListKind>> = {
  messages: { messages: 'message', statuses: 'status', errors: 'error' },
  smb_message_echoes: { message_echoes: 'echo', errors: 'error' },
  // Media come after the conversations that they belong to, as messages of their own.
  history: { history: 'history', messages: 'past_message', errors: 'error' },
  smb_app_state_sync: { state_sync: 'address', errors: 'error' },
  user_id_update: { user_id_update: 'user_id', errors: 'error' },
  user_preferences: { user_preferences: 'preference', errors: 'error' },
  calls: { calls: 'call', statuses: 'call_status', errors: 'error' },
}
