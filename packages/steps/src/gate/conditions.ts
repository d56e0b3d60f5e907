import type { Judgement, StepContext } from '@cicd/plugin';

/** Judges every condition, also after one that does not hold, and writes each into the log. */
export async function judgeConditions(ctx: StepContext, conditions: readonly string[]): Promise<readonly Judgement[]> {
  const judged = conditions.map((condition) => ctx.judge(condition));
  for (const each of judged) await ctx.log.info(describeCondition(each));
  return judged;
}

/** `✗ scan.critical == 0  (scan.critical: 3)` */
export function describeCondition({ expression, holds, values, trouble }: Judgement): string {
  const read = Object.entries(values).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  const notes = [...read, ...(trouble === undefined ? [] : [trouble])];
  return `${holds ? '✓' : '✗'} ${expression}${notes.length === 0 ? '' : `  (${notes.join(', ')})`}`;
}
