// For tests of media: the smallest files that begin like each format.

const base64 = (text: string) => Buffer.from(text, 'base64')

/** Padded to `bytes` where it says so: the formats allow whatever follows. */
export function padded(file: Buffer, bytes: number): Buffer {
  return Buffer.concat([file, Buffer.alloc(Math.max(0, bytes - file.length))])
}

const box = (brand: string) =>
  Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from(`ftyp${brand}\0\0\0\0${brand}isom`, 'latin1')])

const ogg = (codec: Buffer) =>
  Buffer.concat([Buffer.from('OggS\0\x02'), Buffer.alloc(20), Buffer.from([1, codec.length]), codec])

const webp = (chunk: string, flags: number) =>
  Buffer.concat([
    Buffer.from(`RIFF\x40\0\0\0WEBP${chunk}`, 'latin1'),
    Buffer.from([10, 0, 0, 0, flags]),
    Buffer.alloc(60),
  ])

export const files = {
  png: base64(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  ),
  jpeg: Buffer.concat([
    base64('/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8M'),
    Buffer.alloc(200, 7),
  ]),
  gif: Buffer.from('GIF89a\x01\0\x01\0\x80\0\0\xff\xff\xff\0\0\0!\xf9\x04\x01', 'latin1'),
  webp: webp('VP8 ', 0),
  animated: webp('VP8X', 0x02),
  mp4: box('isom'),
  m4a: box('M4A '),
  mov: box('qt  '),
  threegp: box('3gp4'),
  mp3: Buffer.concat([
    Buffer.from('ID3\x04\0\0\0\0\0\0', 'latin1'),
    Buffer.from([0xff, 0xfb, 0x90, 0]),
    Buffer.alloc(600),
  ]),
  amr: Buffer.from('#!AMR\n<some frames>'),
  opus: ogg(Buffer.from('OpusHead\x01\x01\x38\x01\x80\xbb\0\0\0\0\0', 'latin1')),
  vorbis: ogg(Buffer.from('\x01vorbis\0\0\0\0\x01\x44\xac\0\0', 'latin1')),
  pdf: Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n', 'latin1'),
  zip: Buffer.from('PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0\x05\0\0\0a.txtx', 'latin1'),
  text: Buffer.from('Hello, wörld.\nA second line.\n'),
  cfb: Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), Buffer.alloc(1024)]),
}
