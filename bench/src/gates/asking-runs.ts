import type { Platform } from '@cicd/platform';

const page = 1_000;

/** The ids of all runs that wait for an approval. */
export async function everyAskingRun({ runs }: Platform): Promise<readonly string[]> {
  const found: string[] = [];
  for (let before: string | undefined; ; before = found.at(-1)) {
    const listed = await runs.list({ asks: true, limit: page, ...(before !== undefined && { before }) });
    found.push(...listed.map(({ id }) => id));
    if (listed.length < page) return found;
  }
}
