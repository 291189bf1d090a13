// The id of a delivery: made of its endpoint's id and the event's number, so that it needs no column and no index.

/** A UUID of the custom version. */
export function deliveryId(webhook_id: string, seq: number): string {
  const bytes = bytesOf(webhook_id)
  const number = Buffer.alloc(8)
  number.writeBigUInt64BE(BigInt(seq))
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  for (let at = 1; at < 8; at++) bytes.writeUInt8(bytes.readUInt8(8 + at) ^ number.readUInt8(at), 8 + at)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** undefined: it is none of this endpoint's. */
export function seqOf(webhook_id: string, delivery_id: string): number | undefined {
  const [of, id] = [bytesOf(webhook_id), bytesOf(delivery_id)]
  if (of.length !== 16 || id.length !== 16) return undefined
  const number = Buffer.alloc(8)
  for (let at = 1; at < 8; at++) number.writeUInt8(of.readUInt8(8 + at) ^ id.readUInt8(8 + at), at)
  const seq = number.readBigUInt64BE()
  if (seq > BigInt(Number.MAX_SAFE_INTEGER)) return undefined
  return deliveryId(webhook_id, Number(seq)) === delivery_id.toLowerCase() ? Number(seq) : undefined
}

function bytesOf(uuid: string): Buffer {
  return Buffer.from(uuid.replaceAll('-', ''), 'hex')
}
