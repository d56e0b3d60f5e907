import { styleText } from 'node:util';
import { pendingApprovals } from '@cicd/engine';
import { exitCode } from '../exit.ts';
import { withData } from '../input/open-data.ts';
import { readState } from '../input/read-state.ts';
import { approvalJson, approvalReport, decisionCommands } from '../output/approval-report.ts';
import type { Style } from '../output/problem-report.ts';

/** How many runs that ask are shown: who has more to decide decides some first. */
const runsShown = 100;

/** `cicd approvals`: what waits for a decision, newest run first. */
export function approvals(options: { readonly json?: boolean; readonly dataDir?: string }): Promise<number> {
  const style: Style = (format, text) => styleText(format, text, { stream: process.stdout });
  return withData(options, async (platform) => {
    const runs = await platform.runs.list({ asks: true, limit: runsShown });
    const found = [];
    for (const { id } of runs) {
      const state = await readState(platform, id);
      found.push(...pendingApprovals(state).map((pending) => ({ state, pending })));
    }
    if (options.json) {
      const listed = found.map(({ state, pending }) => approvalJson(state, pending));
      process.stdout.write(`${JSON.stringify({ approvals: listed }, null, 2)}\n`);
    } else if (found.length === 0) process.stdout.write('nothing waits for an approval\n');
    for (const { state, pending } of options.json ? [] : found)
      process.stdout.write(`${approvalReport(state, pending, style)}\n${decisionCommands(state, pending, style)}\n`);
    return exitCode.ok;
  });
}
