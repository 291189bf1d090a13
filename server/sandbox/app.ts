// The Meta app that sandbox mode plays with. These values are the simulator's, published in docs/simulator.md; they open
// nothing but a simulator.

export const SANDBOX_APP = {
  app_id: '600100200300400',
  app_secret: 'sandbox-app-secret',
  config_id: '600100200300499',
  verify_token: 'sandbox-verify-token',
  waba_id: '700100200300400',
  phone_number_ids: ['500100200300401', '500100200300402'],
  access_token: 'EAAsandbox0000000000000000000001',
} as const
