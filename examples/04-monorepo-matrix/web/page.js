import { price } from '../shared/price.js';

const greetings = { en: 'Hello', de: 'Hallo', ja: 'こんにちは' };

/** What the page says to somebody. */
export const page = (language, cents) => `${greetings[language]}: ${price(cents, language)}`;
