import type { GroupState, RunState, StepState } from '@cicd/engine';
import sliceAnsi from 'slice-ansi';
import { runHeader } from './run-header.ts';
import type { Style } from './problem-report.ts';
import { stepRemark, stepSign, stepTitle } from './step-signs.ts';
import { tamed } from './tamed.ts';

export interface TreeView {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
  /** The last line that each running step wrote. */
  readonly lastLines: ReadonlyMap<string, string>;
  readonly style: Style;
}

function stepLines(step: StepState, indent: string, title: string, view: TreeView): string[] {
  const remark = stepRemark(step, view.now);
  const line = `${indent}${stepSign(step, view.style)} ${title}${remark ? view.style('dim', `  ${remark}`) : ''}`;
  const last = step.status === 'running' ? tamed(view.lastLines.get(step.key) ?? '') : '';
  return last ? [line, view.style('dim', `${indent}  │ ${last}`)] : [line];
}

function groupLines(group: GroupState, view: TreeView): string[] {
  if (group.step.matrix === undefined) return group.members.flatMap((step) => stepLines(step, '  ', step.name, view));
  return [
    `  ${group.step.name}`,
    ...group.members.flatMap((step) => stepLines(step, '    ', stepTitle(step).slice(step.name.length + 2, -1), view)),
  ];
}

/** Keeps what fits the screen: the header, then the part of the tree where things happen. */
function fitRows(header: string, lines: readonly string[], rows: number, style: Style): string[] {
  const room = rows - 2;
  if (lines.length <= room) return [header, ...lines];
  const firstActive = lines.findIndex((line) => line.includes('●'));
  const from = Math.min(Math.max(0, firstActive - 2), lines.length - room + 1);
  const shown = lines.slice(from, from + room - 1);
  return [header, ...shown, style('dim', `  … ${from} lines above, ${lines.length - from - shown.length} below`)];
}

/** The run as a tree, redrawn as it goes on. A pure function of what is known. */
export function liveTree(state: RunState, view: TreeView): string {
  const lines = [...state.groups.values()].flatMap((group) => groupLines(group, view));
  return fitRows(runHeader(state, view.style), lines, view.rows, view.style)
    .map((line) => sliceAnsi(line, 0, view.columns - 1))
    .join('\n');
}
