import { styleText } from 'node:util';
import type { RunState } from '@cicd/engine';
import { createLogUpdate } from 'log-update';
import { liveTree } from './live-tree.ts';
import type { Progress } from './progress.ts';

const redrawEvery = 100;

/** A tree that is redrawn in place: for terminals. */
export function showLive(stream: NodeJS.WriteStream): Progress {
  const update = createLogUpdate(stream, { showCursor: true });
  const lastLines = new Map<string, string>();
  let current: RunState | undefined;
  const draw = () => {
    if (!current) return;
    const style = (format: Parameters<typeof styleText>[0], text: string) => styleText(format, text, { stream });
    update(
      liveTree(current, { now: Date.now(), columns: stream.columns || 80, rows: stream.rows || 24, lastLines, style }),
    );
  };
  let timer: NodeJS.Timeout | undefined;
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
  };
  return {
    event(_event, state) {
      current = state;
      timer ??= setInterval(draw, redrawEvery);
    },
    output(step, lines) {
      const end = lines.length - 1;
      const last = lines.slice(lines.lastIndexOf('\n', end - 1) + 1, end);
      if (last.trim() !== '') lastLines.set(step, last);
    },
    trouble(message) {
      update.clear();
      stream.write(`${message}\n`);
    },
    pause() {
      if (timer === undefined) return;
      stop();
      draw();
      update.done();
    },
    end(state) {
      stop();
      current = state ?? current;
      draw();
      update.done();
    },
  };
}
