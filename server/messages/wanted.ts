// Marketing goes to nobody who said that they want none: what is refused here, Meta would count against the number.

import type { SendableNumber } from '../accounts/room.ts'
import { fail } from '../kit/errors.ts'
import type { Address } from '../kit/phone.ts'
import type { Messages } from './room.ts'

/** Fails with `recipient_opted_out`. Only templates of the category MARKETING are asked about. */
export async function requireWanted(
  messages: Messages,
  number: SendableNumber,
  address: Address,
  { template }: { template: object | null },
): Promise<void> {
  if ((template as { category?: string } | null)?.category !== 'MARKETING') return
  const { tenant_id, id: phone_number_id } = number
  if (!(await messages.contacts.isOptedOut({ tenant_id, address, phone_number_id }))) return
  const contact = encodeURIComponent(address.kind === 'phone' ? `+${address.value}` : address.value)
  fail('recipient_opted_out', {
    param: 'to',
    message: `This person wants no marketing from this number. If they have agreed again since, record it with PUT /api/v1/whatsapp/contacts/${contact}/consent; other templates reach them all the same.`,
  })
}
