// The journey of several machines. CAROM_SCALE_OUT_TIMES=20 plays it so many times in a row.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openStage, playThrough } from './scaleOut.ts'

const TIMES = Number(process.env.CAROM_SCALE_OUT_TIMES ?? 1)

/** Meta allows 80. Two workers that knew nothing of each other would send 160. */
const MOST_A_SECOND = 92

for (let time = 1; time <= TIMES; time++) {
  test(`three processes over one PostgreSQL, while everything goes wrong (${time} of ${TIMES})`, async t => {
    const stage = await openStage()
    try {
      const figures = await playThrough(stage, words => t.diagnostic(words))
      t.diagnostic(JSON.stringify(figures))
      assert.ok(figures.single > 100 && figures.inbound > 50)
      assert.ok(figures.fastest <= MOST_A_SECOND, `${figures.fastest} in a second`)
      assert.ok(figures.fastest >= 30, `the number was not busy: ${figures.fastest} in a second`)
    } finally {
      await stage.close()
    }
  })
}
