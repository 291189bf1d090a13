// Whom Meta counts to which market: by the calling code of the recipient and the date. Written down from Meta's lists apart
// from the gateway's own, so that the two can be compared.

const LISTED = `
Argentina: AR 54; Brazil: BR 55; Chile: CL 56; Colombia: CO 57; Egypt: EG 20; France: FR 33; Germany: DE 49; India: IN 91
Indonesia: ID 62; Israel: IL 972; Italy: IT 39; Malaysia: MY 60; Mexico: MX 52; Netherlands: NL 31; Nigeria: NG 234
Pakistan: PK 92; Peru: PE 51; Russia: RU 7; Saudi Arabia: SA 966; South Africa: ZA 27; Spain: ES 34; Turkey: TR 90
United Arab Emirates: AE 971; United Kingdom: GB 44
North America: US 1, CA 1204 1226 1236 1249 1250 1289 1306 1343 1365 1387 1403 1416 1418 1431 1437 1438 1450 1506 1514 1519
North America: CA 1548 1579 1581 1587 1604 1613 1639 1647 1672 1705 1709 1778 1780 1782 1807 1819 1825 1867 1873 1902 1905
Rest of Africa: DZ 213, AO 244, BJ 229, BW 267, BF 226, BI 257, CM 237, TD 235, CG 242, ER 291, ET 251, GA 241, GM 220
Rest of Africa: GH 233, GW 245, CI 225, KE 254, LS 266, LR 231, LY 218, MG 261, MW 265, ML 223, MR 222, MZ 258, NA 264, NE 227
Rest of Africa: RW 250, SN 221, SL 232, SO 252, SS 211, SD 249, SZ 268, TZ 255, TG 228, TN 216, UG 256, ZM 260, ZW 263
Rest of Asia Pacific: AF 93, AU 61, KH 855, CN 86, JP 81, LA 856, MN 976, NZ 64, PG 675, PH 63, TW 886, TJ 992, TH 66, TM 993
Rest of Asia Pacific: UZ 998, VN 84
Rest of Central & Eastern Europe: AL 355, AM 374, AZ 994, BY 375, BG 359, HR 385, CZ 420, GE 995, GR 30, LV 371, LT 370
Rest of Central & Eastern Europe: MD 373, MK 389, RS 381, SK 421, SI 386
Rest of Western Europe: AT 43, BE 32, DK 45, FI 358, IE 353, NO 47, PT 351, SE 46, CH 41
Rest of Latin America: BO 591, CR 506, DO 1809 1829 1849, EC 593, SV 503, GT 502, HT 509, HN 504, JM 1658 1876, NI 505
Rest of Latin America: PA 507, PY 595, PR 1787 1939, UY 598, VE 58
Rest of Middle East: BH 973, JO 962, LB 961, YE 967
Other: KR 82, EE 372, LU 352, CY 357, MT 356, BA 387, IS 354, CU 53, BS 1242, BB 1246, AI 1264, AG 1268, VG 1284, KY 1345
Other: BM 1441, GD 1473, TC 1649, MS 1664, SX 1721, LC 1758, DM 1767, VC 1784, TT 1868, KN 1869
`

/** Markets of their own since a date, and what they belonged to before. */
const LATER: [own: string, country: string, codes: string, before: string, since: string][] = [
  ['Bangladesh', 'BD', '880', 'Rest of Asia Pacific', '2026-10-01'],
  ['Iraq', 'IQ', '964', 'Rest of Middle East', '2026-10-01'],
  ['Kazakhstan', 'KZ', '76 77', 'Other', '2026-10-01'],
  ['Kuwait', 'KW', '965', 'Rest of Middle East', '2026-10-01'],
  ['Morocco', 'MA', '212', 'Rest of Africa', '2026-10-01'],
  ['Nepal', 'NP', '977', 'Rest of Asia Pacific', '2026-10-01'],
  ['Oman', 'OM', '968', 'Rest of Middle East', '2026-10-01'],
  ['Sri Lanka', 'LK', '94', 'Rest of Asia Pacific', '2026-10-01'],
  ['Ukraine', 'UA', '380', 'Rest of Central & Eastern Europe', '2026-10-01'],
  ['Hong Kong', 'HK', '852', 'Rest of Asia Pacific', '2026-07-01'],
  ['Singapore', 'SG', '65', 'Rest of Asia Pacific', '2026-07-01'],
  ['Hungary', 'HU', '36', 'Rest of Central & Eastern Europe', '2026-07-01'],
  ['Poland', 'PL', '48', 'Rest of Central & Eastern Europe', '2026-07-01'],
  ['Romania', 'RO', '40', 'Rest of Central & Eastern Europe', '2026-07-01'],
  ['Qatar', 'QA', '974', 'Rest of Middle East', '2026-07-01'],
]

type Place = { country: string; market(day: string): string }

const byCode = new Map<string, Place>()
const byCountry = new Map<string, Place>()

for (const entry of LISTED.split(/[\n;]/)) {
  const [market = '', countries = ''] = entry.split(':').map(part => part.trim())
  for (const named of countries.split(',').filter(Boolean)) {
    const [country = '', ...codes] = named.trim().split(' ')
    put(country, codes, () => market)
  }
}
for (const [own, country, codes, before, since] of LATER) {
  put(country, codes.split(' '), day => (day >= since ? own : before))
}

function put(country: string, codes: string[], market: (day: string) => string) {
  byCountry.set(country, { country, market })
  for (const code of codes) byCode.set(code, { country, market })
}

/** Digits of a phone number, or a user id, whose beginning is a country. */
export function placeOf(recipient: string): Place {
  for (let length = 4; length > 0; length--) {
    const found = byCode.get(recipient.slice(0, length))
    if (found) return found
  }
  const country = /^[A-Z]{2}\./.test(recipient) ? recipient.slice(0, 2) : 'ZZ'
  return byCountry.get(country) ?? { country, market: () => 'Other' }
}
