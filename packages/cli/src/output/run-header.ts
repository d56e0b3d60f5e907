import type { RunState } from '@cicd/engine';
import type { Style } from './problem-report.ts';

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

/** Where the files of a run came from: `main 1a2b3c4 (changed)`. */
export function sourceTitle(source: RunState['source']): string {
  const commit = text(source?.['commit'])?.slice(0, 7);
  const parts = [text(source?.['branch']), commit, source?.['dirty'] === true ? '(changed)' : undefined];
  return parts.filter((part) => part !== undefined).join(' ');
}

/** `quickstart  mq2l8x0k1  main 1a2b3c4 (changed)` */
export function runHeader(state: RunState, style: Style): string {
  return [style('bold', state.pipeline), style('dim', state.id), style('dim', sourceTitle(state.source))]
    .filter((part) => part !== style('dim', ''))
    .join('  ');
}
