// A player for audio and voice notes: a button, a wave that fills, and the time.

import { h, icon } from '../elements.js'
import { attempt } from '../toast.js'
import { keep, urlOf } from './keep.js'

const BARS = 34

/** @param {import('./media.js').Medium} medium */
export function sound({ key, type, content, played }) {
  const url = urlOf(content)
  const isVoice = Boolean(content.voice) || type === 'voice'
  const name = isVoice ? 'Voice message' : 'Audio'
  const seed = String(content.id ?? content.link ?? 'sound')
  if (!url) {
    const mark = h('span', { class: 'play' }, icon(isVoice ? 'mic' : 'sound'))
    return h('div', { class: 'sound', role: 'img', 'aria-label': name }, mark, waveOf(seed))
  }
  return keep(`${key}/${url}`, () => playerOf(url, name, seed, isVoice, played))
}

/** @param {string} url @param {string} name @param {string} seed @param {boolean} isVoice @param {(() => void) | undefined} played */
function playerOf(url, name, seed, isVoice, played) {
  const audio = /** @type {HTMLAudioElement} */ (h('audio', { src: url, preload: 'metadata' }))
  const button = h('button', { type: 'button', class: 'play', 'data-focus': 'play' })
  const wave = waveOf(seed)
  const time = h('span', { class: 'length' })
  const seek = h('input', {
    type: 'range',
    min: '0',
    max: '1',
    step: '0.01',
    value: '0',
    'aria-label': 'Position',
  })
  const box = h('div', { class: `sound${isVoice ? ' voice' : ''}`, role: 'group', 'aria-label': name })
  box.append(
    audio,
    button,
    h('span', { class: 'track' }, wave, seek, time),
    icon(isVoice ? 'mic' : 'sound', 'mark'),
  )
  const show = () => {
    const { currentTime, duration, paused } = audio
    const total = Number.isFinite(duration) ? duration : 0
    const part = total ? currentTime / total : 0
    button.replaceChildren(icon(paused ? 'play' : 'pause'))
    button.setAttribute('aria-label', `${paused ? 'Play' : 'Pause'} the ${name.toLowerCase()}`)
    for (const [at, bar] of [...wave.children].entries()) bar.classList.toggle('heard', at / BARS < part)
    time.textContent = total ? lengthOf(currentTime > 0 ? currentTime : total) : ''
    if (document.activeElement !== seek) /** @type {HTMLInputElement} */ (seek).value = String(part)
  }
  for (const name of ['loadedmetadata', 'timeupdate', 'play', 'pause', 'ended'])
    audio.addEventListener(name, show)
  audio.addEventListener('ended', () => {
    audio.currentTime = 0
  })
  audio.addEventListener('error', () => box.classList.add('gone'))
  audio.addEventListener('play', () => played?.())
  button.addEventListener('click', () => (audio.paused ? attempt(audio.play()) : audio.pause()))
  seek.addEventListener('input', () => {
    const total = Number.isFinite(audio.duration) ? audio.duration : 0
    audio.currentTime = total * Number(/** @type {HTMLInputElement} */ (seek).value)
  })
  show()
  return box
}

/** Bars of heights that differ from sound to sound. @param {string} seed */
function waveOf(seed) {
  let number = 7
  const bars = Array.from({ length: BARS }, (_, at) => {
    number = (number * 31 + seed.charCodeAt(at % seed.length) + at * 17) % 9973
    const bar = h('i')
    bar.style.setProperty('--height', `${18 + (number % 83)}%`)
    return bar
  })
  return h('span', { class: 'wave', 'aria-hidden': 'true' }, bars)
}

/** @param {number} seconds */
const lengthOf = seconds =>
  `${Math.floor(Math.round(seconds) / 60)}:${String(Math.round(seconds) % 60).padStart(2, '0')}`
