// What the routes of the evaluation show in the API's documentation.

const conversation_id = '019ab0f2-7d3e-7c41-9a55-3f0c2b8e6d31'
const text = 'We are open from Monday to Friday, 9 to 18.'

const evaluation = {
  reply: 'answer',
  text,
  messages: [{ type: 'text', content: { body: text } }],
  reason: null,
  engine: 'knowledge',
  model: null,
  input_tokens: 0,
  output_tokens: 0,
  cost: null,
  currency: null,
  passages: [
    {
      passage_id: '019ab0f2-7d3e-7c41-9a55-3f0c2b8e6d33',
      document_id: '019ab0f2-7d3e-7c41-9a55-3f0c2b8e6d32',
      ...{ title: 'Opening hours', heading: null, content: text, rank: 1.1, confidence: 0.9 },
    },
  ],
  tool_calls: [],
  latency_ms: 6,
  error: null,
}

const at = '2026-11-23T06:38:00.000Z'

export const examples = {
  conversation_id,
  evaluation,
  draft: { conversation_id, bot_id: '019ab0f2-7d3e-7c41-9a55-3f0c2b8e6d21', ...evaluation },
  replay: {
    data: [
      {
        conversation_id,
        turns: [
          {
            asked: [
              { id: '019ab0f2-7d3e-7c41-9a55-3f0c2b8e6d34', from: 'customer', text: 'When do you open?', at },
            ],
            old: [{ id: '019ab0f2-7d3e-7c41-9a55-3f0c2b8e6d35', from: 'person', text: 'At nine.', at }],
            new: evaluation,
          },
        ],
      },
    ],
    totals: { turns: 1, input_tokens: 0, output_tokens: 0, cost: null, currency: null },
  },
}
