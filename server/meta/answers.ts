// Small readings that several of Meta's answers share.

/** Only the absence of `next` marks the last page; cursors are there on it too. */
export function nextCursor(body: unknown): string | undefined {
  const { paging } = body as { paging?: { next?: unknown; cursors?: { after?: unknown } } }
  const after = paging?.cursors?.after
  return paging?.next !== undefined && typeof after === 'string' ? after : undefined
}

export function succeeded(body: unknown): true | undefined {
  return (body as { success?: unknown }).success === true ? true : undefined
}

export function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value
  return typeof value === 'number' ? String(value) : null
}
