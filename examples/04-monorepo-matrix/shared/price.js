/** Cents as a price in a language: `1234` → `€12.34`. */
export const price = (cents, language = 'en') =>
  new Intl.NumberFormat(language, { style: 'currency', currency: 'EUR' }).format(cents / 100);
