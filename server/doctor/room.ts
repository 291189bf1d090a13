// The room of the doctor: what its checks look at. It mends nothing unless it is asked to.

import type { Accounts } from '../accounts/room.ts'
import type { House } from '../house.ts'
import type { Inbox } from '../inbox/room.ts'

export type Doctor = House & { accounts: Accounts; inbox: Inbox; verify_token: string }

export function openDoctor(
  house: House,
  below: { accounts: Accounts; inbox: Inbox; verify_token: string },
): Doctor {
  return { ...house, ...below }
}
