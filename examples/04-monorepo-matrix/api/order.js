import { price } from '../shared/price.js';

/** The total of an order, as the interface answers it. */
export const total = (items) => ({ total: price(items.reduce((sum, { cents, count }) => sum + cents * count, 0)) });
