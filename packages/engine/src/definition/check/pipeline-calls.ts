import type { JsonObject } from '@cicd/plugin';
import type { DocumentPath } from '../document-path.ts';
import type { InputDefinition } from '../pipeline-definition.ts';
import type { ProblemList } from '../problem-list.ts';

/** What a call needs to know of a pipeline before that is checked itself. */
export interface CallablePipeline {
  readonly name: string;
  readonly inputs: Readonly<Record<string, InputDefinition>>;
  /** Declared outputs: nothing is known of their types. */
  readonly outputs: ReadonlyMap<string, JsonObject>;
}

export interface PipelineCall {
  readonly pipeline: string;
  /** Of the name that is called. */
  readonly path: DocumentPath;
}

/** How deep calls may go: a → b is one. */
export const deepestCall = 8;

/** Refuses calls that come back to their pipeline, and those that go too deep. `calls`: of each pipeline of a file. */
export function checkCallGraph(calls: ReadonlyMap<string, readonly PipelineCall[]>, problems: ProblemList): void {
  const depths = new Map<string, number>();
  const way: string[] = [];
  /** How deep calls go from a pipeline. A file has few pipelines, and the way is cut off at its first circle. */
  const depthOf = (name: string): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    way.push(name);
    let depth = 0;
    for (const { pipeline, path } of calls.get(name) ?? []) {
      const start = way.indexOf(pipeline);
      if (start < 0) {
        depth = Math.max(depth, 1 + depthOf(pipeline));
        continue;
      }
      problems.report({
        code: 'pipeline.call_cycle',
        path,
        message: `pipelines call each other in a circle: ${[...way.slice(start), pipeline].join(' → ')}`,
        hint: 'Remove one of these calls; a `step.while` repeats steps.',
      });
    }
    way.pop();
    depths.set(name, depth);
    return depth;
  };
  for (const [name, own] of calls) {
    const [first] = own;
    if (first === undefined || depthOf(name) <= deepestCall) continue;
    const deepest = own.find(({ pipeline }) => depthOf(pipeline) >= deepestCall) ?? first;
    problems.report({
      code: 'pipeline.call_depth',
      path: deepest.path,
      message: `calls from \`${name}\` go ${depthOf(name)} deep, and ${deepestCall} is the most`,
      hint: 'Let this pipeline call those further down itself.',
    });
  }
}
