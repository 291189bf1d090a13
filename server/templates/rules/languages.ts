// The language codes that Meta takes for templates (September 2026), by language and its regions.

const REGIONS: Record<string, string> = {
  ar: 'EG AE LB MA QA',
  bn: 'IN',
  de: 'AT CH',
  en: 'GB US AE AU CA GH IE IN JM MY NZ QA SG UG ZA',
  es: 'AR CL CO CR DO EC HN MX PA PE ES UY',
  fr: 'BE CA CH CI MA',
  nl: 'BE',
}

/** Without a region. */
const PLAIN =
  'af sq ar az bn bg ca hr cs da nl en et fil fi fr ka de el gu ha he hi hu id ga it ja kn kk ko lo lv lt mk ms ml mr nb fa pl pa ro ru sr sk sl es sw sv ta te th tr uk ur uz vi zu'

/** Only with a region. */
const FIXED = 'be_BY zh_CN zh_HK zh_TW prs_AF rw_RW ky_KG ps_AF pt_BR pt_PT si_LK'

const codes = new Set([
  ...PLAIN.split(' '),
  ...FIXED.split(' '),
  ...Object.entries(REGIONS).flatMap(([language, regions]) =>
    regions.split(' ').map(region => `${language}_${region}`),
  ),
])

export function isLanguage(code: unknown): boolean {
  return typeof code === 'string' && codes.has(code)
}

/** What may have been meant: other codes of the same language. */
export function languagesLike(code: unknown): string[] {
  const [language = ''] = String(code).toLowerCase().split(/[_-]/)
  return [...codes].filter(known => known.split('_')[0] === language)
}
