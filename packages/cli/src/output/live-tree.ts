import type { GroupState, RunState, StepState } from '@cicd/engine';
import sliceAnsi from 'slice-ansi';
import { runHeader } from './run-header.ts';
import type { Style } from './problem-report.ts';
import { matrixTitle, stepRemark, stepSign } from './step-signs.ts';
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

function groupLines(state: RunState, group: GroupState, indent: string, view: TreeView): string[] {
  const { step, members } = group;
  if (step.matrix === undefined)
    return members.flatMap((member) => [
      ...stepLines(member, indent, step.name, view),
      ...innerLines(state, member, `${indent}  `, view),
    ]);
  return [
    `${indent}${step.name}`,
    ...members.flatMap((member) => [
      ...stepLines(member, `${indent}  `, matrixTitle(member), view),
      ...innerLines(state, member, `${indent}    `, view),
    ]),
  ];
}

/** What happens inside a step: of one that has ended well nothing, of a loop the turns that run or failed. */
function innerLines(state: RunState, step: StepState, indent: string, view: TreeView): string[] {
  const scopes = step.status === 'succeeded' ? [] : (state.scopes.get(step.key) ?? []);
  return scopes.flatMap((scope) => {
    const groups = [...scope.groups.values()];
    if (scope.turn === undefined) return groups.flatMap((group) => groupLines(state, group, indent, view));
    if (scope.isClosed && groups.every(({ outcome }) => outcome?.status !== 'failed')) return [];
    const lines = groups.flatMap((group) => groupLines(state, group, `${indent}  `, view));
    return [view.style('dim', `${indent}turn ${scope.turn + 1}`), ...lines];
  });
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
  const lines = [...state.groups.values()].flatMap((group) => groupLines(state, group, '  ', view));
  return fitRows(runHeader(state, view.style), lines, view.rows, view.style)
    .map((line) => sliceAnsi(line, 0, view.columns - 1))
    .join('\n');
}
