// Opens the reference on the page. Everything comes from this server: no fonts, no proxy, no telemetry of others.
// A key that is typed in is kept in memory only, and gone with the page.

// Told before the first paint, so that a dark page does not start out light.
document.body.classList.add(matchMedia('(prefers-color-scheme: dark)').matches ? 'dark-mode' : 'light-mode')

globalThis.Scalar.createApiReference('#reference', {
  url: '/openapi.json',
  title: 'Carom API reference',
  theme: 'default',
  layout: 'modern',
  withDefaultFonts: false,
  telemetry: false,
  persistAuth: false,
  proxyUrl: '',
  showDeveloperTools: 'never',
  hideClientButton: true,
  agent: { disabled: true },
  mcp: { disabled: true },
  defaultOpenFirstTag: true,
  orderSchemaPropertiesBy: 'preserve',
  orderRequiredPropertiesFirst: true,
  authentication: { preferredSecurityScheme: 'bearer' },
  defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
  customCss: `
    :root { --scalar-font: system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif; --scalar-font-code: ui-monospace, 'SF Mono', Menlo, Consolas, monospace; }
    .light-mode { --scalar-color-accent: #0b7a55; --scalar-background-accent: #0b7a5514; }
    .dark-mode { --scalar-color-accent: #3ecf97; --scalar-background-accent: #3ecf9714; }
  `,
})
