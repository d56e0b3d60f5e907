import { describeJudgement, type Judgement, type StepContext } from '@cicd/plugin';

/** Judges every condition, also after one that does not hold, and writes each into the log. */
export async function judgeConditions(ctx: StepContext, conditions: readonly string[]): Promise<readonly Judgement[]> {
  const judged = conditions.map((condition) => ctx.judge(condition));
  for (const each of judged) await ctx.log.info(describeJudgement(each));
  return judged;
}
