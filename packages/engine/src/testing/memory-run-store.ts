import type { JsonObject } from '@cicd/plugin';
import { pageSize } from '../store/page-size.ts';
import { runAmbiguous, runExists, runNotFound, sequenceConflict } from '../store/run-errors.ts';
import { assertRunId, isRunIdPrefix } from '../store/run-id.ts';
import type { RunStore, RunSummary, StoredEvent } from '../store/run-store.ts';
import { eventText, planText } from '../store/stored-text.ts';

interface MemoryRun {
  summary: RunSummary;
  readonly plan: string;
  readonly events: string[];
}

/** A run store that forgets everything with its process; it passes the kit of the real ones. */
export function createMemoryRunStore<Event extends StoredEvent = StoredEvent>(): RunStore<Event> {
  const runs = new Map<string, MemoryRun>();
  const get = (id: string): MemoryRun => {
    const run = runs.get(id);
    if (!run) throw runNotFound(id);
    return run;
  };
  const newestFirst = () =>
    [...runs.values()]
      .map(({ summary }) => summary)
      .toSorted((a, b) => compare(b.createdAt, a.createdAt) || compare(b.id, a.id));

  return {
    specVersion: 'v1',
    async create(summary, plan, events) {
      assertRunId(summary.id);
      const run = { summary: { ...summary }, plan: planText(plan), events: events.map(eventText) };
      if (runs.has(summary.id)) throw runExists(summary.id);
      runs.set(summary.id, run);
    },
    async append(runId, after, events, summary) {
      const texts = events.map(eventText);
      const run = get(runId);
      if (run.events.length !== after) throw sequenceConflict(runId, after, run.events.length);
      const { id, project, pipeline, createdAt } = run.summary;
      run.summary = { ...summary, id, project, pipeline, createdAt };
      run.events.push(...texts);
      return run.events.length;
    },
    async read(runId, after = 0) {
      const unseen = get(runId).events.slice(after);
      return unseen.map((text, index) => ({ sequence: after + index + 1, event: JSON.parse(text) as Event }));
    },
    plan: async (runId) => JSON.parse(get(runId).plan) as JsonObject,
    async find(idOrPrefix) {
      const exact = runs.get(idOrPrefix);
      if (exact) return exact.summary;
      const candidates = isRunIdPrefix(idOrPrefix)
        ? [...runs.keys()].filter((id) => id.startsWith(idOrPrefix)).toSorted()
        : [];
      const [only, ...others] = candidates;
      if (only === undefined) throw runNotFound(idOrPrefix);
      if (others.length > 0) throw runAmbiguous(idOrPrefix, candidates);
      return get(only).summary;
    },
    async list({ project, pipeline, status, asks, limit, before } = {}) {
      const sorted = newestFirst();
      const start = before === undefined ? 0 : sorted.indexOf(get(before).summary) + 1;
      return sorted
        .slice(start)
        .filter(
          (run) =>
            (project ?? run.project) === run.project &&
            (pipeline ?? run.pipeline) === run.pipeline &&
            (status ?? run.status) === run.status &&
            (!asks || run.asks !== undefined),
        )
        .slice(0, pageSize(limit));
    },
    async lastSucceeded(project, pipeline, except) {
      return newestFirst().find(
        (run) =>
          run.project === project && run.pipeline === pipeline && run.status === 'succeeded' && run.id !== except,
      )?.id;
    },
    async delete(runId) {
      runs.delete(runId);
    },
    async close() {},
  };
}

/** By code unit, as the databases do. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
