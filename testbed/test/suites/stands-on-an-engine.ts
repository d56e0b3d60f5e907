import { expect, it } from '@jest/globals';
import { describeWith, requirePart } from '../../src/index.ts';

describeWith(['engine'], 'stands on an engine', ({ engine }) => {
  it('knows its socket', () => {
    expect(engine.socketPath).toBe('/run/engine.sock');
    expect(requirePart('engine')).toEqual(engine);
    expect(() => requirePart('node')).toThrow('This test needs node');
  });
});
