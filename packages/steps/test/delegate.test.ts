import { describe, expect, it } from '@jest/globals';
import { Type } from 'typebox';
import { EngineError, type Json, type Service, type ServiceCall } from '@cicd/plugin';
import { createStepContext } from '@cicd/plugin/testing';
import { delegate } from '../src/index.ts';
import { configOf } from './support/config.ts';

const calls: [Json, ServiceCall][] = [];
const double: Service = {
  name: 'double',
  description: 'Doubles a number.',
  input: Type.Object({ number: Type.Number() }, { additionalProperties: false }),
  call(input, call) {
    calls.push([input, call]);
    return Promise.resolve({ double: (input as { number: number }).number * 2 });
  },
};
const failing = (error: Error): Service => ({ name: 'failing', description: '', call: () => Promise.reject(error) });

function contextOf(config: object, service: Service = double, checkpoint?: Json) {
  return createStepContext({
    config: configOf(delegate.config, config),
    ports: { services: new Map([[service.name, service]]) },
    ...(checkpoint !== undefined && { checkpoint }),
  });
}
const config = { service: 'double', input: { number: 21 } };

describe('step.delegate', () => {
  it('calls the service, and makes its answer an output', async () => {
    const ctx = contextOf(config);
    expect(await delegate.run(ctx)).toEqual({ outputs: { result: { double: 42 } } });
    expect(calls.splice(0)).toEqual([[{ number: 21 }, { key: 'run-1.1.step.1', run: 'run-1', signal: ctx.signal }]]);
  });

  it('tells which services there are', async () => {
    await expect(delegate.run(contextOf({ service: 'dubble' }))).rejects.toMatchObject({
      code: 'service.unknown',
      message: 'there is no service `dubble`',
      hint: expect.stringContaining('There is: double.'),
    });
  });

  it('does not call with what the service does not take', async () => {
    await expect(delegate.run(contextOf({ service: 'double', input: { number: 'x' } }))).rejects.toMatchObject({
      code: 'service.input_invalid',
      message: 'double does not take this input: /number must be number',
    });
    expect(calls).toEqual([]);
  });

  it('fails with what the service says', async () => {
    const run = (error: Error) => delegate.run(contextOf({ service: 'failing' }, failing(error)));
    await expect(run(new Error('no more'))).rejects.toMatchObject({
      code: 'service.failed',
      message: 'failing: no more',
    });
    const own = new EngineError({ code: 'sandbox.unavailable', message: 'of the service' });
    await expect(run(own)).rejects.toBe(own);
  });

  it('calls again after a crash only what may be called twice, or was not called', async () => {
    const resume = (service: Service, checkpoint?: Json) =>
      delegate.resume?.(contextOf(config, service, checkpoint), { kind: 'adopted' });
    await expect(resume(double, { called: true })).rejects.toMatchObject({ code: 'run.step_lost' });
    expect(calls).toEqual([]);
    await resume(double);
    await resume({ ...double, repeatable: true }, { called: true });
    expect(calls.splice(0)).toHaveLength(2);
  });

  it('notes that it calls, before it does', async () => {
    const ctx = contextOf(config);
    await delegate.run(ctx);
    expect(ctx.recorded.checkpoint).toEqual({ called: true });
    const repeatable = contextOf(config, { ...double, repeatable: true });
    await delegate.run(repeatable);
    expect(repeatable.recorded.checkpoint).toBeUndefined();
  });
});
