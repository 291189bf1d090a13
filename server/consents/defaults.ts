// Which words stop and start marketing, by language, and what is answered. Only words that mean nothing else: who writes
// "cancel" may mean an order.

type Language = { stop: string[]; start: string[]; answer: string }

const languages: Record<string, Language> = {
  en: {
    stop: [
      'stop',
      'stop all',
      'stopall',
      'stop promotions',
      'stop offers',
      'unsubscribe',
      'opt out',
      'optout',
    ],
    start: ['start', 'unstop', 'subscribe', 'opt in', 'optin', 'resume promotions', 'resume offers'],
    answer: 'You will get no more news and offers from us here. Reply START to get them again.',
  },
  de: {
    stop: ['stop', 'stopp', 'abmelden', 'abbestellen', 'austragen'],
    start: ['start', 'anmelden'],
    answer:
      'Sie erhalten hier keine Neuigkeiten und Angebote mehr von uns. Antworten Sie START, um sie wieder zu erhalten.',
  },
  es: {
    stop: ['stop', 'baja', 'darme de baja', 'cancelar suscripción'],
    start: ['start', 'alta', 'suscribirme'],
    answer:
      'No recibirá más novedades ni ofertas nuestras por aquí. Responda START para volver a recibirlas.',
  },
  fr: {
    stop: ['stop', 'se désabonner', 'désabonner', 'désinscription'],
    start: ['start', "s'abonner"],
    answer: 'Vous ne recevrez plus nos nouvelles et offres ici. Répondez START pour les recevoir à nouveau.',
  },
  it: {
    stop: ['stop', 'cancellami', 'disiscrivimi', 'annulla iscrizione'],
    start: ['start', 'iscrivimi'],
    answer: 'Non riceverà più nostre novità e offerte qui. Risponda START per riceverle di nuovo.',
  },
  nl: {
    stop: ['stop', 'afmelden', 'uitschrijven'],
    start: ['start', 'aanmelden'],
    answer:
      'U ontvangt hier geen nieuws en aanbiedingen meer van ons. Antwoord START om ze weer te ontvangen.',
  },
  pt: {
    stop: ['stop', 'sair', 'descadastrar', 'cancelar inscrição'],
    start: ['start', 'inscrever'],
    answer:
      'Você não receberá mais novidades e ofertas nossas por aqui. Responda START para voltar a recebê-las.',
  },
  pl: {
    stop: ['stop', 'wypisz', 'rezygnuję'],
    start: ['start', 'zapisz'],
    answer: 'Nie otrzymasz tu więcej od nas nowości i ofert. Odpowiedz START, aby znów je otrzymywać.',
  },
  tr: {
    stop: ['stop', 'dur', 'abonelikten çık'],
    start: ['start', 'başla', 'abone ol'],
    answer: 'Artık buradan yeniliklerimizi ve tekliflerimizi almayacaksınız. Yeniden almak için START yazın.',
  },
  ru: {
    stop: ['stop', 'стоп', 'отписаться', 'отписка'],
    start: ['start', 'старт', 'подписаться'],
    answer:
      'Вы больше не будете получать здесь наши новости и предложения. Ответьте START, чтобы получать их снова.',
  },
  uk: {
    stop: ['стоп', 'відписатися'],
    start: ['старт', 'підписатися'],
    answer: 'Ви більше не отримуватимете тут наших новин і пропозицій. Відповідь START поверне їх.',
  },
  ar: {
    stop: ['إيقاف', 'توقف', 'الغاء الاشتراك'],
    start: ['ابدأ', 'اشتراك'],
    answer: 'لن تصلك أخبارنا وعروضنا هنا بعد الآن. أرسل START لتصلك من جديد.',
  },
  he: {
    stop: ['הסר', 'הסרה', 'עצור'],
    start: ['התחל', 'הרשמה'],
    answer: 'לא תקבלו מאיתנו עוד חדשות ומבצעים כאן. השיבו START כדי לקבל אותם שוב.',
  },
  hi: {
    stop: ['रोकें', 'बंद करें'],
    start: ['शुरू करें'],
    answer: 'आपको यहाँ हमारे समाचार और ऑफ़र अब नहीं मिलेंगे। फिर से पाने के लिए START लिखें।',
  },
  id: {
    stop: ['berhenti', 'berhenti berlangganan'],
    start: ['mulai', 'berlangganan'],
    answer:
      'Anda tidak akan menerima kabar dan penawaran kami lagi di sini. Balas START untuk menerimanya kembali.',
  },
  ja: {
    stop: ['停止', '配信停止'],
    start: ['再開', '配信再開'],
    answer: '今後こちらにお知らせやご案内をお送りしません。再び受け取るには START とご返信ください。',
  },
  zh: {
    stop: ['停止', '退订', '退訂'],
    start: ['开始', '訂閱', '订阅'],
    answer: '您将不再在此收到我们的消息和优惠。回复 START 可重新接收。',
  },
}

const all = Object.entries(languages)

export const DEFAULTS = {
  stop_words: Object.fromEntries(all.map(([language, { stop }]) => [language, stop])),
  start_words: Object.fromEntries(all.map(([language, { start }]) => [language, start])),
  stop_answers: Object.fromEntries(all.map(([language, { answer }]) => [language, answer])),
  /** Whoever starts again will hear from the business anyway. */
  start_answers: {} as Record<string, string>,
  scope: 'number' as const,
}

const countries: Record<string, string> = {
  de: 'DE AT CH LI',
  fr: 'FR LU MC SN CI CM',
  nl: 'BE NL',
  it: 'IT SM',
  es: 'ES MX AR CO CL PE VE EC GT CU BO DO HN PY SV NI CR PA UY',
  pt: 'PT BR AO MZ',
  pl: 'PL',
  tr: 'TR',
  ru: 'RU BY KZ',
  uk: 'UA',
  he: 'IL',
  en: 'IN',
  id: 'ID',
  ja: 'JP',
  zh: 'CN TW HK',
  ar: 'SA AE EG JO KW QA OM IQ LB BH YE LY MA DZ TN',
}

/** What is spoken where a number is from, as far as there are words in it: "stop" is a word of many languages. */
export const SPOKEN: Record<string, string> = Object.fromEntries(
  Object.entries(countries).flatMap(([language, list]) =>
    list.split(' ').map(country => [country, language]),
  ),
)
