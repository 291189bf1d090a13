// The body of Meta's POST /{phone number id}/messages, built from a stored message.

export type Outgoing = {
  id: string
  /** +E.164 digits, or a business-scoped user id. */
  recipient: string
  type: string
  content: object
  reply_to: string | null
}

/** Our message id travels as biz_opaque_callback_data: Meta repeats it in every status, whatever becomes of the answer. */
export function wireBody(message: Outgoing): Record<string, unknown> {
  return {
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    [message.recipient.startsWith('+') ? 'to' : 'recipient']: message.recipient,
    type: message.type,
    [message.type]: message.content,
    ...(message.reply_to === null ? {} : { context: { message_id: message.reply_to } }),
    biz_opaque_callback_data: message.id,
  }
}
