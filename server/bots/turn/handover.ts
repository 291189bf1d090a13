// Whether a contact asks for a person, in the words that the bot was told to listen for, and what a bot says when it has
// nothing else to say.

import type { BotConfig } from '../schema.ts'

/** Each of the words as a whole, in any case: `agent` is not in `reagents`. */
export function asksForPerson(config: BotConfig, text: string): boolean {
  const said = squeeze(text)
  return (config.handover?.words ?? []).some(word => {
    const wanted = squeeze(word)
    return said.includes(WITHOUT_SPACES.test(wanted) ? wanted.trim() : wanted)
  })
}

/** Where words are not parted, every place may begin one. */
const WITHOUT_SPACES = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u

function squeeze(text: string): string {
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? []
  return ` ${words.join(' ')} `
}

/** Only where a person is called is one promised. */
const FAILED: Record<string, string> = {
  en: 'Sorry, I cannot answer that. Somebody from our team will get back to you.',
  de: 'Das kann ich leider nicht beantworten. Jemand aus unserem Team meldet sich.',
  es: 'Lo siento, no puedo responder a eso. Alguien de nuestro equipo se pondrá en contacto.',
  fr: 'Désolé, je ne peux pas répondre à cela. Quelqu’un de notre équipe vous recontactera.',
  it: 'Mi dispiace, non posso rispondere. Qualcuno del nostro team la ricontatterà.',
  pt: 'Desculpe, não consigo responder a isso. Alguém da nossa equipe entrará em contato.',
}

const FALLBACK: Record<string, string> = {
  en: 'Sorry, I have no answer to that. Could you put it in other words?',
  de: 'Darauf habe ich leider keine Antwort. Können Sie es anders sagen?',
  es: 'Lo siento, no tengo respuesta a eso. ¿Puede decirlo con otras palabras?',
  fr: 'Désolé, je n’ai pas de réponse à cela. Pouvez-vous le dire autrement ?',
  it: 'Mi dispiace, non ho una risposta. Può dirlo con altre parole?',
  pt: 'Desculpe, não tenho resposta para isso. Pode dizer com outras palavras?',
}

const HANDOVER: Record<string, string> = {
  en: 'One moment please, somebody from our team will take over.',
  de: 'Einen Moment bitte, jemand aus unserem Team übernimmt.',
  es: 'Un momento, por favor: alguien de nuestro equipo le atenderá.',
  fr: 'Un instant, quelqu’un de notre équipe prend le relais.',
  it: 'Un momento, qualcuno del nostro team prenderà in carico la conversazione.',
  pt: 'Um momento, alguém da nossa equipe vai atender.',
}

/** `called`: the thread is escalated with it. */
export function fallbackText(config: BotConfig, called: boolean): string {
  return config.fallback_text ?? inLanguage(called ? FAILED : FALLBACK, config)
}

export function handoverText(config: BotConfig): string {
  return config.handover?.message ?? inLanguage(HANDOVER, config)
}

function inLanguage(texts: Record<string, string>, { language = 'en' }: BotConfig): string {
  return texts[language.slice(0, 2).toLowerCase()] ?? (texts.en as string)
}
