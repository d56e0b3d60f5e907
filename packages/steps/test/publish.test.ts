import { describe, expect, it } from '@jest/globals';
import { EngineError, type EventBroker } from '@cicd/plugin';
import { createRecordedBroker, createStepContext } from '@cicd/plugin/testing';
import { publish } from '../src/index.ts';
import { configOf } from './support/config.ts';

const contextOf = (config: object, brokers: Record<string, EventBroker>, signal?: AbortSignal) =>
  createStepContext({
    config: configOf(publish.config, { topic: 'orders/created', ...config }),
    step: { name: 'tell', attempt: 2 },
    ports: { brokers: new Map(Object.entries(brokers)) },
    ...(signal && { signal }),
  });

describe('step.publish', () => {
  it('hands the message to the first broker, or the one that is named', async () => {
    const [first, second] = [createRecordedBroker(), createRecordedBroker()];
    expect(await publish.run(contextOf({ payload: { id: 7 } }, { first, second }))).toEqual({
      outputs: { id: 'run-1.1.tell.2', broker: 'first' },
    });
    expect(first.messages).toEqual([
      {
        id: 'run-1.1.tell.2',
        topic: 'orders/created',
        payload: { id: 7 },
        at: Date.UTC(2026, 0, 1),
        source: { run: 'run-1', pipeline: 'test', step: 'tell' },
      },
    ]);
    expect(await publish.run(contextOf({ broker: 'second' }, { first, second }))).toMatchObject({
      outputs: { broker: 'second' },
    });
    expect([first.messages.length, second.messages.length]).toEqual([1, 1]);
  });

  it('says the same again after a crash, under the same id', async () => {
    const broker = createRecordedBroker();
    await publish.run(contextOf({}, { broker }));
    await publish.resume?.(contextOf({}, { broker }), { kind: 'adopted' });
    expect(new Set(broker.messages.map(({ id }) => id)).size).toBe(1);
    expect(broker.messages).toHaveLength(2);
  });

  it('tells which brokers there are', async () => {
    await expect(publish.run(contextOf({ broker: 'kafka' }, { memory: createRecordedBroker() }))).rejects.toMatchObject(
      {
        code: 'event.broker_unknown',
        hint: expect.stringContaining('There is: memory.'),
      },
    );
  });

  it('fails when the broker does not take it', async () => {
    const failing = (error: Error): EventBroker => ({ publish: () => Promise.reject(error) });
    await expect(publish.run(contextOf({}, { queue: failing(new Error('full')) }))).rejects.toMatchObject({
      code: 'event.not_published',
      message: 'queue did not take the message: full',
    });
    const own = new EngineError({ code: 'sandbox.unavailable', message: 'of the broker' });
    await expect(publish.run(contextOf({}, { queue: failing(own) }))).rejects.toBe(own);
    const reason = new Error('over');
    await expect(publish.run(contextOf({}, { queue: createRecordedBroker() }, AbortSignal.abort(reason)))).rejects.toBe(
      reason,
    );
  });

  it.each(['', 'a b', '/a', 'a\n'])('has no topic %j', (topic) => {
    expect(() => configOf(publish.config, { topic })).toThrow();
  });
});
