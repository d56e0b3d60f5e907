import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildStepGraph } from '../../src/definition/check/step-graph.ts';
import { createUpstream } from '../../src/definition/check/upstream-steps.ts';
import { ProblemList } from '../../src/definition/problem-list.ts';
import { parseYaml } from '../../src/definition/yaml/parse-yaml.ts';

const problemList = () => new ProblemList(parseYaml('{}'), 'cicd.yaml');
const graphOf = (needs: readonly (readonly string[] | undefined)[]) =>
  buildStepGraph(
    needs.map((need, index) => ({ name: `s${index}`, needs: need, path: ['steps', index] })),
    problemList(),
  );

describe('buildStepGraph', () => {
  it('lets a step without needs follow the one before', () => {
    expect(graphOf([undefined, undefined, [], ['s0', 's2', 's0']]).needs).toEqual([[], ['s0'], [], ['s0', 's2']]);
  });

  it('knows what is upstream in every graph', () => {
    const graph = fc
      .integer({ min: 1, max: 40 })
      .chain((size) =>
        fc.tuple(
          ...Array.from({ length: size }, (_, index) =>
            fc.uniqueArray(fc.nat({ max: Math.max(0, index - 1) }), { maxLength: index === 0 ? 0 : 4 }),
          ),
        ),
      );
    fc.assert(
      fc.property(graph, (needs) => {
        const { mayRead } = graphOf(needs.map((list) => list.map((need) => `s${need}`)));
        const ancestors: Set<number>[] = [];
        needs.forEach((list, index) => {
          ancestors[index] = new Set(list.flatMap((need) => [need, ...(ancestors[need] ?? [])]));
        });
        needs.forEach((_, step) =>
          needs.forEach((__, other) => expect(mayRead(step, `s${other}`)).toBe(ancestors[step]?.has(other))),
        );
      }),
    );
  });

  it('reports a circle once, however many ways lead round it, and each circle for itself', () => {
    const problems = problemList();
    const all = ['a', 'b', 'c'];
    const circle = (names: readonly string[]) =>
      names.map((name) => ({ name, needs: names.filter((other) => other !== name), path: ['steps', 0] }));
    buildStepGraph([...circle(all), ...circle(['x', 'y'])], problems);
    expect(problems.toArray().map(({ message }) => message)).toEqual([
      'steps wait for each other: a → b → a',
      'steps wait for each other: x → y → x',
    ]);
  });

  it('looks at each need a fixed number of times, in a chain and in dense layers', () => {
    // Reads of a need, by name and by number, for each need that is written.
    const reads = (layers: number, width: number) => {
      let count = 0;
      const counted = <Item>(list: Item[]): Item[] =>
        new Proxy(list, {
          get(target, key, receiver) {
            if (typeof key === 'string' && /^\d+$/.test(key)) count += 1;
            return Reflect.get(target, key, receiver) as unknown;
          },
        });
      const layer = (step: number) =>
        step < width ? [] : Array.from({ length: width }, (_, at) => (Math.floor(step / width) - 1) * width + at);
      const indices = Array.from({ length: layers * width }, (_, index) => index);
      buildStepGraph(
        indices.map((index) => ({
          name: `s${index}`,
          needs: counted(layer(index).map((need) => `s${need}`)),
          path: ['steps', index],
        })),
        problemList(),
      );
      const upstream = createUpstream(
        indices.map((index) => counted(layer(index))),
        indices,
      );
      for (const index of indices) expect(upstream.has(index, 0)).toBe(index >= width);
      return count / ((layers - 1) * width * width);
    };
    for (const [layers, width] of [
      [20, 20],
      [50, 100],
      [5_000, 1],
    ] as const)
      expect(reads(layers, width)).toBeLessThanOrEqual(3);
  });
});
