import { describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import type { JsonObject } from '@cicd/plugin';
import { scanSteps } from '../../src/index.ts';
import { configOf } from '../support/run-step.ts';

describe.each(scanSteps.map((step) => [step.type, step] as const))('%s', (type, step) => {
  it.each(step.examples)('accepts its example: $title', ({ yaml }) => {
    const written = load(yaml) as { type: string; config: object };
    expect(written.type).toBe(type);
    expect(step.check?.(configOf(step.config, written.config))).toEqual([]);
  });

  it('is documented field by field, and closed', () => {
    for (const schema of [step.config, step.outputs] as JsonObject[]) {
      for (const [name, field] of Object.entries((schema['properties'] ?? {}) as JsonObject))
        expect({ name, ...(field as JsonObject) }).toHaveProperty('description');
    }
    expect(() => configOf(step.config, { 'no-such-key': 1 })).toThrow('additional properties');
  });
});
