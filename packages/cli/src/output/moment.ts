/** A moment for people: `2026-01-31 14:05 UTC`. */
export const formatMoment = (milliseconds: number): string =>
  `${new Date(milliseconds).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
