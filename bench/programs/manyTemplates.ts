// The simulator with an account of many templates, some of which can be made to differ.

import { startSimulator } from '../../simulator/start.ts'
import { addTemplate } from '../../simulator/templates/add.ts'
import { serve } from '../channel.ts'
import { WABA } from '../world.ts'

const simulator = await startSimulator({ port: 0 })
const { templates } = simulator.world
let id = 7_000_000

serve(simulator.url, {
  /** Up to so many, of the kinds that businesses have: some with a picture, some with a link. */
  fill(count: number) {
    while (templates.size < count) {
      const added = addTemplate(simulator.world, WABA, draft(++id), String(id))
      if (typeof added === 'string') throw new Error(added)
    }
    return templates.size
  },
  /** Changes the quality of so many. */
  touch(count: number) {
    for (const template of [...templates.values()].slice(0, count)) {
      template.quality = template.quality === 'GREEN' ? 'YELLOW' : 'GREEN'
    }
  },
})

function draft(n: number): Record<string, unknown> {
  const picture = { type: 'HEADER', format: 'IMAGE', example: { header_handle: [`4::aW1hZ2UvcG5n:AR${n}`] } }
  const text = `Hello {{1}}, your order {{2}} of the shop number ${n} is on its way to you and will be there tomorrow.`
  return {
    ...{ name: `shop_${n}`, language: 'en_US', category: n % 3 === 0 ? 'MARKETING' : 'UTILITY' },
    components: [
      ...(n % 5 === 0 ? [picture] : []),
      { type: 'BODY', text, example: { body_text: [['Ada', '4711']] } },
      { type: 'FOOTER', text: 'Example Shop' },
      {
        type: 'BUTTONS',
        buttons: [
          {
            type: 'URL',
            text: 'Track',
            url: 'https://example.com/t/{{1}}',
            example: ['https://example.com/t/1'],
          },
          { type: 'QUICK_REPLY', text: 'Stop these' },
        ],
      },
    ],
  }
}
