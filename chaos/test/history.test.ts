import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RunEvent } from '@cicd/engine';
import { checkHistory } from '../src/history/check-history.ts';
import type { Observation } from '../src/history/observation.ts';
import { play } from '../src/world/play.ts';
import { scenarios } from '../src/world/scenarios.ts';

const named = (name: string) => {
  const scenario = scenarios.find((each) => each.name === name);
  if (!scenario) throw new TypeError(`there is no scenario ${name}`);
  return scenario;
};

let chain: Observation;
let gate: Observation;
beforeAll(async () => {
  chain = (await play(named('a chain with an artifact and a deployment'))).observation;
  gate = (await play(named('a gate that two people open'))).observation;
});

const promises = (disturbed: Observation, undisturbed: Observation) => [
  ...new Set(checkHistory(disturbed, undisturbed).map(({ promise }) => promise)),
];
const is = (type: RunEvent['type'], step?: string) => (event: RunEvent) =>
  event.type === type && (step === undefined || ('step' in event && event.step === step));
const changed = <Item extends object>(items: readonly Item[], which: (item: Item) => boolean, change: object) =>
  items.map((item) => (which(item) ? { ...item, ...change } : item));
/** The items with a copy of those that fit, right after them. */
const doubled = <Item>(items: readonly Item[], which: (item: Item) => boolean) =>
  items.flatMap((item) => (which(item) ? [item, item] : [item]));
const without = <Item>(items: readonly Item[], which: (item: Item) => boolean) => items.filter((item) => !which(item));

describe('the checker of histories refuses', () => {
  it.each<{ readonly lie: string; readonly promise: string; readonly tell: () => Observation }>([
    {
      lie: 'a step that is recorded twice',
      promise: 'recorded-once',
      tell: () => ({ ...chain, events: doubled(chain.events, is('step.finished', 'build')) }),
    },
    {
      lie: 'an attempt that is started twice',
      promise: 'recorded-once',
      tell: () => ({ ...chain, events: doubled(chain.events, is('step.started', 'build')) }),
    },
    {
      lie: 'an end without a start',
      promise: 'in-order',
      tell: () => ({ ...chain, events: without(chain.events, is('step.started', 'build')) }),
    },
    {
      lie: 'a life after the end of the run',
      promise: 'in-order',
      tell: () => ({ ...chain, events: [...chain.events, ...chain.events.filter(is('step.created', 'build'))] }),
    },
    {
      lie: 'an attempt that never ends',
      promise: 'in-order',
      tell: () => ({ ...chain, events: without(chain.events, is('step.finished', 'ship')) }),
    },
    {
      lie: 'time that runs backwards',
      promise: 'in-order',
      tell: () => ({ ...chain, events: changed(chain.events, is('step.finished', 'ship'), { at: 0 }) }),
    },
    {
      lie: 'a container that is started twice',
      promise: 'started-once',
      tell: () => ({ ...chain, effects: doubled(chain.effects, ({ kind }) => kind === 'started') }),
    },
    {
      lie: 'a deployment that is made twice',
      promise: 'started-once',
      tell: () => ({ ...chain, effects: doubled(chain.effects, ({ kind }) => kind === 'deployed') }),
    },
    {
      lie: 'a container that is started before its id is stored',
      promise: 'intent-first',
      tell: () => ({
        ...chain,
        effects: changed(chain.effects, ({ kind }) => kind === 'started', {
          stored: 1 + chain.events.findIndex(is('step.started', 'build')),
        }),
      }),
    },
    {
      lie: 'a container that is created before its intent is stored',
      promise: 'intent-first',
      tell: () => ({ ...chain, effects: changed(chain.effects, ({ kind }) => kind === 'created', { stored: 2 }) }),
    },
    {
      lie: 'a container that is removed before its result is stored',
      promise: 'result-first',
      tell: () => ({
        ...chain,
        effects: changed(chain.effects, ({ kind }) => kind === 'removed', {
          stored: 1 + chain.events.findIndex(is('step.created', 'build')),
        }),
      }),
    },
    {
      lie: 'a container that is never started',
      promise: 'same-end',
      tell: () => ({ ...chain, effects: without(chain.effects, ({ kind }) => kind === 'started') }),
    },
    {
      lie: 'another end',
      promise: 'same-end',
      tell: () => ({ ...chain, events: changed(chain.events, is('run.finished'), { status: 'failed' }) }),
    },
    {
      lie: 'another output',
      promise: 'same-end',
      tell: () => ({
        ...chain,
        events: changed(chain.events, is('step.finished', 'greet'), { outputs: { who: 'ann' } }),
      }),
    },
    {
      lie: 'a log that lacks a line',
      promise: 'log-complete',
      tell: () => ({
        ...chain,
        logs: chain.logs.map((log) => ({ ...log, text: log.text.replace(/^.* line 2\n/m, '') })),
      }),
    },
    {
      lie: 'a log that says a line twice',
      promise: 'log-complete',
      tell: () => ({
        ...chain,
        logs: chain.logs.map((log) => ({ ...log, text: log.text.replace(/^(.* line 2\n)/m, '$1$1') })),
      }),
    },
    {
      lie: 'a log that is not there',
      promise: 'log-complete',
      tell: () => ({ ...chain, logs: without(chain.logs, ({ name }) => name === 'build#1') }),
    },
    {
      lie: 'a size in the history that is not the log’s',
      promise: 'log-complete',
      tell: () => ({
        ...chain,
        events: changed(chain.events, is('step.finished', 'build'), { log: { bytes: 1, lines: 1 } }),
      }),
    },
    {
      lie: 'a torn artifact',
      promise: 'artifact-whole',
      tell: () => ({
        ...chain,
        artifacts: chain.artifacts.map((artifact) => ({ ...artifact, content: artifact.content.slice(0, -1) })),
      }),
    },
    {
      lie: 'an artifact that is lost',
      promise: 'artifact-whole',
      tell: () => ({ ...chain, artifacts: [] }),
    },
    {
      lie: 'something left behind',
      promise: 'nothing-left',
      tell: () => ({ ...chain, left: ['container build.1'] }),
    },
  ])('$lie', ({ promise, tell }) => {
    expect(promises(chain, chain)).toEqual([]);
    expect(promises(tell(), chain)).toContain(promise);
  });

  it.each<{ readonly lie: string; readonly tell: () => readonly RunEvent[] }>([
    { lie: 'a message that is taken in twice', tell: () => doubled(gate.events, is('run.message_received')) },
    { lie: 'a person who votes twice', tell: () => doubled(gate.events, is('step.vote_cast')) },
    { lie: 'a wait that ends twice', tell: () => doubled(gate.events, is('step.resumed')) },
  ])('$lie', ({ tell }) => {
    expect(promises({ ...gate, events: tell() }, gate)).toContain('message-once');
  });

  it('any history of which an event is missing, that stands twice, or that has changed places', () => {
    const judged = () => chain.events.map((_, index) => index);
    fc.assert(
      fc.property(fc.constantFrom(...judged()), fc.constantFrom('drop', 'double', 'swap'), (index, how) => {
        const event = chain.events[index];
        const next = chain.events[index + 1];
        // A note, an id that comes with it, and the source are no promise of their own; they are covered by effects.
        const isFree = event?.type === 'source.prepared' || event?.type === 'step.checkpointed';
        fc.pre(event !== undefined && !isFree && (how !== 'swap' || next !== undefined));
        const events = [...chain.events];
        if (how === 'drop') events.splice(index, 1);
        if (how === 'double') events.splice(index, 0, event);
        if (how === 'swap' && next) events.splice(index, 2, next, event);
        fc.pre(how !== 'double' || event.type !== 'step.created');
        fc.pre(how !== 'swap' || ('step' in event && next !== undefined && 'step' in next && next.step === event.step));
        return checkHistory({ ...chain, events }, chain).length > 0;
      }),
    );
  });
});
