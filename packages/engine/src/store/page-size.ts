/** How many runs a list shows: 50 by default, 1 to 1,000. */
export function pageSize(limit = 50): number {
  return Math.min(Math.max(Math.trunc(limit), 1), 1_000);
}
