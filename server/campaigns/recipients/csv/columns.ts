// Which column of a file holds the phone number, and what the variables are called. Names are matched loosely: case,
// spaces, accents and punctuation do not count.

/** The surest first: a file with `to` and `phone` is addressed by `to`. */
const ADDRESS_NAMES = (
  'to recipient phone phonenumber phoneno phonenr phonee164 mobile mobilephone mobilenumber mobileno mobilenr ' +
  'whatsapp whatsappnumber whatsappphone whatsappid waid wanumber msisdn cell cellphone cellnumber cellularphone ' +
  'telephone telephonenumber tel telno telnr phone1value phone1 primaryphone contactnumber contactphone customerphone ' +
  'number telefon telefonnummer telefonnr rufnummer handy handynummer handynr mobil mobilnummer mobilnr mobiltelefon ' +
  'telefono numerodetelefono numerotelefono movil celular numerodecelular numero telefone numerodetelefone telemovel ' +
  'portable telephoneportable numerodetelephone numerotelephone mobiel mobielnummer telefoonnummer telefoon gsm ' +
  'cellulare numeroditelefono numerocellulare telefonnyi telefonszam komorka numertelefonu ceptelefonu telefonnumarasi ' +
  'userid bsuid businessscopeduserid'
).split(' ')

const RANK = new Map(ADDRESS_NAMES.map((name, rank) => [name, rank]))

export type Columns = {
  /** The place of the phone number. */
  address: number
  /** Names of the other columns by their places; null: no column of its own, what stands there is left aside. */
  variables: (string | null)[]
}

/** The place of the phone number, or -1. */
export function addressColumn(header: readonly string[]): number {
  let best = -1
  let rank = Infinity
  for (const [at, name] of header.entries()) {
    const found = RANK.get(plain(name))
    if (found === undefined || found >= rank) continue
    best = at
    rank = found
  }
  return best
}

export function columnsOf(header: readonly string[]): Columns | undefined {
  const address = addressColumn(header)
  if (address < 0) return undefined
  const taken = new Set<string>()
  const variables = header.map((name, at) => (at === address ? null : unique(name.trim(), taken)))
  return { address, variables }
}

/** Of two columns with one name the second is called name_2. */
function unique(name: string, taken: Set<string>): string | null {
  if (name === '') return null
  let free = name
  for (let n = 2; taken.has(free); n++) free = `${name}_${n}`
  taken.add(free)
  return free
}

function plain(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}
