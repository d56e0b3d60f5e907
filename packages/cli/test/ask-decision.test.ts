import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import stripAnsi from 'strip-ansi';
import { askDecision } from '../src/input/ask-decision.ts';

/** A terminal whose keys are pressed by the test, each line once its question is shown. */
function terminal(answers: readonly string[]) {
  const input = new PassThrough();
  const output = new PassThrough();
  const left = [...answers];
  let shown = '';
  output.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    if (stripAnsi(shown).endsWith(': ') && left.length > 0) {
      shown = '';
      input.write(left.shift());
    }
  });
  return { input, output };
}

const never = new AbortController().signal;

describe('the question at the terminal', () => {
  it.each([
    [['y\r', '\r'], { verdict: 'approve' }],
    [['Yes\r', 'looks good\r'], { verdict: 'approve', comment: 'looks good' }],
    [['n\r', ' not on a Friday \r'], { verdict: 'reject', comment: 'not on a Friday' }],
    [['maybe\r', '\r', 'no\r', '\r'], { verdict: 'reject' }],
    [['l\r'], undefined],
    [['later\r'], undefined],
    [['\u0004'], undefined],
  ])('%j means %j', async (answers, decision) => {
    expect(await askDecision(terminal(answers), never)).toEqual(decision);
  });

  it('is taken back when somebody else has decided', async () => {
    const answered = new AbortController();
    const asked = askDecision(terminal([]), answered.signal);
    answered.abort();
    expect(await asked).toBeUndefined();
  });

  it('takes no answer whose comment comes too late', async () => {
    const answered = new AbortController();
    const { input, output } = terminal(['y\r']);
    output.on('data', (text: string) => text.includes('Comment') && answered.abort());
    expect(await askDecision({ input, output }, answered.signal)).toBeUndefined();
  });
});
