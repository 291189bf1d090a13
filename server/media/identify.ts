// Decides what a file is: by its bytes first, then by what it was declared as and how it is called. One that is not what
// it claims to be, or that Meta does not take, is refused here, before Meta hears of it.

import { extname } from 'node:path'
import { fileTypeFromFile, supportedExtensions } from 'file-type'
import { fail } from '../kit/errors.ts'
import { looksLikeText, readFacts } from './facts.ts'
import { inWords, type Kind, kindOf, limitOf, MEDIA_TYPES, plainType, typesOf } from './kinds.ts'

export type Claim = {
  /** The media type that was declared; undefined where it says nothing, as application/octet-stream does. */
  declared: string | undefined
  filename: string | undefined
  /** What it will be sent as, where that was said. */
  kind: Kind | undefined
}

type Sniffed = { type: string; said: string } | undefined

/** The media type to tell Meta. Fails with `unsupported_media_type` or `payload_too_large`. */
export async function identify(
  file: { path: string; size: number; head: Buffer },
  claim: Claim,
): Promise<string> {
  const sniffed = await sniff(file.path)
  const isText = looksLikeText(file.head)
  const type = decide(sniffed, isText, claim)
  if (!(type in MEDIA_TYPES)) refuseType(describe(sniffed, type), isText, claim)
  checkExtension(type, claim)
  checkKind(type, claim)
  const { animated, channels } = readFacts(type, file.head)
  if (type === 'audio/ogg') checkOgg(sniffed?.said, channels)
  if (claim.kind !== 'document') checkSize(type, file.size, animated)
  return type === 'audio/ogg' && sniffed?.said === OPUS ? OPUS : type
}

/** Before the bytes have come: what the declared type alone allows. */
export function declaredType({ declared }: Pick<Claim, 'declared'>): string | undefined {
  const type = declared === undefined ? undefined : plainType(declared)
  return type === undefined || SAYS_NOTHING.has(type) ? undefined : type
}

export function tooLarge(type: string, animated: boolean): never {
  const limit_bytes = limitOf(type, animated)
  const what = kindOf(type) === 'sticker' ? (animated ? 'animated sticker' : 'static sticker') : kindOf(type)
  const article = /^[aeiou]/.test(String(what)) ? 'an' : 'a'
  const way =
    kindOf(type) === 'sticker' ? '' : ' Uploaded with `kind=document` (before the file) it may have 100 MB.'
  const message = `The file is too large: WhatsApp takes at most ${inWords(limit_bytes)} for ${article} ${what} (${type}).${way}`
  fail('payload_too_large', { param: 'file', message, details: { limit_bytes, mime_type: type } })
}

const OPUS = 'audio/ogg; codecs=opus'

const SAYS_NOTHING = new Set([
  '',
  'application/octet-stream',
  'binary/octet-stream',
  'application/x-www-form-urlencoded',
  '*/*',
])

/** One container, told apart by brands that programs do not agree on. */
const SAME_CONTAINER = new Set(['video/mp4', 'video/3gpp', 'audio/mp4'])
/** The old Office formats share a container that does not tell them apart. */
const OLD_OFFICE = new Set([
  'application/msword',
  'application/vnd.ms-excel',
  'application/vnd.ms-powerpoint',
])
const OLD_OFFICE_CONTAINER = 'application/x-cfb'

async function sniff(path: string): Promise<Sniffed> {
  try {
    const found = await fileTypeFromFile(path, {
      maxBufferSize: 1_048_576,
      mpegOffsetTolerance: 10,
      signal: AbortSignal.timeout(10_000),
    })
    return found && { type: plainType(found.mime), said: found.mime }
  } catch {
    // Bytes that cannot be followed to an end are not of a type that can be told.
    return undefined
  }
}

function decide(sniffed: Sniffed, isText: boolean, claim: Claim): string {
  const declared = declaredType(claim)
  const wanted = declared ?? typeOfName(claim.filename)
  // Some signatures are short enough to begin an honest text ("BM", "II*"): text is text, unless Meta takes the other.
  const text = isText && (sniffed === undefined || !(sniffed.type in MEDIA_TYPES))
  if (text && (declared === undefined || declared === 'text/plain')) return 'text/plain'
  if (!sniffed) {
    if (wanted !== undefined && wanted in MEDIA_TYPES) refuseLie('of a format that cannot be told', wanted)
    return declared ?? 'application/octet-stream'
  }
  if (wanted === undefined || wanted === sniffed.type) return sniffed.type
  if (SAME_CONTAINER.has(wanted) && SAME_CONTAINER.has(sniffed.type)) return wanted
  if (sniffed.type === OLD_OFFICE_CONTAINER && OLD_OFFICE.has(wanted)) return wanted
  // Only the name disagrees: checkExtension says so.
  if (declared === undefined) return sniffed.type
  if (!(declared in MEDIA_TYPES) && !(sniffed.type in MEDIA_TYPES)) return sniffed.type
  return refuseLie(nameOf(sniffed.type), declared)
}

function checkExtension(type: string, { filename }: Claim): void {
  const extension = extensionOf(filename)
  if (extension === undefined || MEDIA_TYPES[type]?.extensions.includes(extension)) return
  const meant = typeOfExtension(extension)
  if (meant !== undefined && SAME_CONTAINER.has(meant) && SAME_CONTAINER.has(type)) return
  const isKnown = meant !== undefined || (type !== 'text/plain' && isFormat(extension))
  if (!isKnown) return
  const usual = MEDIA_TYPES[type]?.extensions[0]
  const message = `The file is called .${extension}, but its bytes are ${nameOf(type)} (${type}); call it .${usual}, or send the file that was meant.`
  fail('unsupported_media_type', {
    param: 'file',
    message,
    details: { detected: type, extension, allowed: typesOf() },
  })
}

/** Anything can be sent as a document. */
function checkKind(type: string, { kind }: Claim): void {
  if (kind === undefined || kind === 'document' || kindOf(type) === kind) return
  const message = `The file is ${nameOf(type)} (${type}), which cannot be sent as ${kind}; ${kind} takes ${typesOf(kind).join(', ')}.`
  fail('unsupported_media_type', {
    param: 'file',
    message,
    details: { detected: type, allowed: typesOf(kind) },
  })
}

/** Meta's only rule about what is inside a container that the leading bytes tell: Opus, with one channel. */
function checkOgg(said: string | undefined, channels: number | null): void {
  const isVorbis = said === 'audio/ogg' || said === 'audio/ogg; codecs=vorbis'
  if (!isVorbis && (channels ?? 1) === 1) return
  const what = isVorbis ? 'is not Opus' : `has ${channels} channels`
  const message = `This Ogg file ${what}, and WhatsApp takes Ogg with Opus and one channel only; convert it, for example with "ffmpeg -i in.ogg -c:a libopus -ac 1 out.ogg".`
  fail('unsupported_media_type', { param: 'file', message, details: { detected: said, allowed: typesOf() } })
}

function checkSize(type: string, size: number, animated: boolean): void {
  if (size > limitOf(type, animated)) tooLarge(type, animated)
}

function refuseLie(what: string, declared: string): never {
  const message = `The file is declared as ${declared}, but its bytes are ${what}; declare what it is, or send the file that was meant.`
  fail('unsupported_media_type', { param: 'file', message, details: { declared, allowed: typesOf() } })
}

function refuseType(detected: string, isText: boolean, { filename }: Claim): never {
  const called = filename === undefined ? 'The file' : `"${filename}"`
  const way = isText ? 'send it as text/plain' : 'details.allowed lists what it takes'
  const message = `${called} is ${detected}, which WhatsApp does not take; ${way}.`
  fail('unsupported_media_type', { param: 'file', message, details: { detected, allowed: typesOf() } })
}

function describe(sniffed: Sniffed, type: string): string {
  if (sniffed) return sniffed.type
  return type === 'application/octet-stream' ? 'of a format that cannot be told' : type
}

function nameOf(type: string): string {
  return MEDIA_TYPES[type]?.name ?? type
}

function typeOfName(filename: string | undefined): string | undefined {
  const extension = extensionOf(filename)
  return extension === undefined ? undefined : typeOfExtension(extension)
}

function typeOfExtension(extension: string): string | undefined {
  return Object.keys(MEDIA_TYPES).find(type => MEDIA_TYPES[type]?.extensions.includes(extension))
}

function isFormat(extension: string): boolean {
  return (supportedExtensions as ReadonlySet<string>).has(extension)
}

function extensionOf(filename: string | undefined): string | undefined {
  const extension = filename === undefined ? '' : extname(filename).slice(1).toLowerCase()
  return extension === '' ? undefined : extension
}
