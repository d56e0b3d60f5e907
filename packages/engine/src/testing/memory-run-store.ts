import type { JsonObject } from '@cicd/plugin';
import { pageSize } from '../store/page-size.ts';
import {
  runAmbiguous,
  runEnded,
  runExists,
  runNotFound,
  runNotOwner,
  runOwned,
  sequenceConflict,
} from '../store/run-errors.ts';
import { assertRunId, isRunIdPrefix } from '../store/run-id.ts';
import type { RunClaim, RunStore, RunSummary, StoredEvent, StoredMessage } from '../store/run-store.ts';
import { eventText, messageText, planText } from '../store/stored-text.ts';

interface MemoryRun {
  summary: RunSummary;
  readonly plan: string;
  readonly events: string[];
  owner: string | undefined;
  fence: number;
  messages: StoredMessage[];
  /** Grows with each run that queues, for the first time or again. */
  place: number;
}

/** A run store that forgets everything with its process; it passes the kit of the real ones. */
export function createMemoryRunStore<Event extends StoredEvent = StoredEvent>(): RunStore<Event> {
  const runs = new Map<string, MemoryRun>();
  const get = (id: string): MemoryRun => {
    const run = runs.get(id);
    if (!run) throw runNotFound(id);
    return run;
  };
  const holderOf = (id: string): RunClaim | undefined => {
    const { owner, fence } = get(id);
    return owner === undefined ? undefined : { run: id, owner, fence };
  };
  const holds = (claim: RunClaim) => {
    const { owner, fence } = get(claim.run);
    return owner === claim.owner && fence === claim.fence;
  };
  let lastMessage = 0;
  let lastPlace = 0;
  const newestFirst = () =>
    [...runs.values()]
      .map(({ summary }) => summary)
      .toSorted((a, b) => compare(b.createdAt, a.createdAt) || compare(b.id, a.id));

  return {
    specVersion: 'v1',
    async create(summary, plan, events, owner) {
      assertRunId(summary.id);
      const run: MemoryRun = {
        summary: { ...summary },
        plan: planText(plan),
        events: events.map(eventText),
        owner: summary.finishedAt === undefined ? owner : undefined,
        fence: 1,
        messages: [],
        place: ++lastPlace,
      };
      if (runs.has(summary.id)) throw runExists(summary.id);
      runs.set(summary.id, run);
      return { run: summary.id, owner, fence: 1 };
    },
    async append(claim, after, events, summary) {
      const texts = events.map(eventText);
      const { run: runId } = claim;
      const run = get(runId);
      if (!holds(claim)) throw runNotOwner(claim);
      if (run.events.length !== after) throw sequenceConflict(runId, after, run.events.length);
      const { id, project, pipeline, createdAt, group } = run.summary;
      const beginsAgain = summary.finishedAt === undefined && run.summary.finishedAt !== undefined;
      if (beginsAgain) run.place = ++lastPlace;
      const ends = summary.finishedAt !== undefined && run.summary.finishedAt === undefined;
      run.summary = { ...summary, id, project, pipeline, createdAt, ...(group !== undefined && { group }) };
      run.events.push(...texts);
      if (ends) {
        run.owner = undefined;
        run.messages = [];
      }
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
    async list({ project, pipeline, status, asks, keepsWorkspace, limit, before } = {}) {
      const sorted = newestFirst();
      const start = before === undefined ? 0 : sorted.indexOf(get(before).summary) + 1;
      return sorted
        .slice(start)
        .filter(
          (run) =>
            (project ?? run.project) === run.project &&
            (pipeline ?? run.pipeline) === run.pipeline &&
            (status ?? run.status) === run.status &&
            (!asks || run.asks !== undefined) &&
            (!keepsWorkspace || run.workspaceBytes !== undefined),
        )
        .slice(0, pageSize(limit));
    },
    async lastSucceeded(project, pipeline, except) {
      return newestFirst().find(
        (run) =>
          run.project === project && run.pipeline === pipeline && run.status === 'succeeded' && run.id !== except,
      )?.id;
    },
    holder: async (runId) => holderOf(runId),
    async claim(runId, owner, over) {
      const run = get(runId);
      if (run.owner !== undefined && !(over && holds(over))) throw runOwned(runId);
      run.owner = owner;
      run.fence += 1;
      return { run: runId, owner, fence: run.fence };
    },
    async release(claim) {
      if (runs.has(claim.run) && holds(claim)) get(claim.run).owner = undefined;
    },
    async unfinished() {
      return newestFirst()
        .toReversed()
        .filter(({ finishedAt }) => finishedAt === undefined)
        .map((run) => {
          const holder = holderOf(run.id);
          return { run, ...(holder && { holder }) };
        });
    },
    async unfinishedOf(group) {
      return [...runs.values()]
        .toSorted((a, b) => a.place - b.place)
        .map(({ summary }) => summary)
        .filter((run) => run.group === group && run.finishedAt === undefined);
    },
    async post(runId, message) {
      const text = messageText(message);
      const { summary, messages } = get(runId);
      if (summary.finishedAt !== undefined) throw runEnded(runId, summary.status);
      messages.push({ id: ++lastMessage, message: JSON.parse(text) as JsonObject });
      return lastMessage;
    },
    messages: async (runId, after = 0) => (runs.get(runId)?.messages ?? []).filter(({ id }) => id > after),
    async dropMessages(runId, upTo) {
      const run = runs.get(runId);
      if (run) run.messages = run.messages.filter(({ id }) => id > upTo);
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
