// The requests of the send benchmark: each to another person, over that person's number.

import { numberOf, PEOPLE, phone } from '../world.ts'

export type SendPlan = {
  kind: 'template' | 'text'
  /** `known`: round and round among the people whom the gateway has met; `strangers`: nobody twice. */
  to: 'known' | 'strangers'
  key: string
}

const PATHS = { template: '/api/v1/whatsapp/messages/template', text: '/api/v1/whatsapp/messages' }
const CONTENT = {
  template: '"template":"hello_world","language":"en_US"',
  text: '"text":"Your table is ready."',
}

/** `first` is the first stranger nobody has written to. */
export function sends(plan: SendPlan, first: number): () => string {
  const content = CONTENT[plan.kind]
  let person = plan.to === 'known' ? Math.floor(Math.random() * PEOPLE) : first
  const body = () => {
    person++
    if (plan.to === 'known') person %= PEOPLE
    return `{"phone_number_id":"${numberOf(person)}","to":"+${phone(person)}",${content}}`
  }
  const head =
    `POST ${PATHS[plan.kind]} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${plan.key}\r\n` +
    `content-type: application/json\r\ncontent-length: ${body().length}\r\n\r\n`
  return () => head + body()
}
