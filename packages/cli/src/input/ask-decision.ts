import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import type { Verdict } from '@cicd/engine';

export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
}

/** What a person at the terminal says; undefined: not now. */
export interface Decision {
  readonly verdict: Verdict;
  readonly comment?: string;
}

const verdicts: Readonly<Record<string, Verdict | 'later'>> = {
  y: 'approve',
  yes: 'approve',
  n: 'reject',
  no: 'reject',
  l: 'later',
  later: 'later',
};

/**
 * Asks for a decision until there is an answer. The end of the input means later, as does the signal: what was asked is
 * no longer open. Ctrl-C is handed on to the process.
 */
export async function askDecision({ input, output }: Terminal, signal: AbortSignal): Promise<Decision | undefined> {
  const lines = createInterface({ input, output, terminal: true });
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const over = new AbortController();
  lines.on('close', () => over.abort());
  const ends = AbortSignal.any([signal, over.signal]);
  const ask = async (question: string) => {
    try {
      return await lines.question(question, { signal: ends });
    } catch (error) {
      if (ends.aborted) return undefined;
      throw error;
    }
  };
  try {
    for (;;) {
      const answer = await ask('Approve? [y]es, [n]o, [l]ater: ');
      if (answer === undefined) return undefined;
      const verdict = verdicts[answer.trim().toLowerCase()];
      if (verdict === undefined) continue;
      if (verdict === 'later') return undefined;
      const comment = (await ask('Comment (Enter for none): '))?.trim();
      if (signal.aborted) return undefined;
      return { verdict, ...(comment && { comment }) };
    }
  } finally {
    lines.close();
  }
}
