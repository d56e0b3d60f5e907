import type { DocumentPath } from '../document-path.ts';
import type { Finding, ProblemList } from '../problem-list.ts';
import { didYouMean, suggest } from '../suggestion.ts';
import { createUpstream } from './upstream-steps.ts';

/** A step as far as its order is concerned. */
interface GraphStep {
  /** Empty where it has none. */
  readonly name: string;
  /** As written; undefined = after the step before. */
  readonly needs: string | readonly string[] | undefined;
  readonly path: DocumentPath;
}

interface StepGraph {
  /** Names of each step's direct needs, the sequential default resolved. */
  readonly needs: readonly (readonly string[])[];
  /** Whether a step may read another's result. True as well where broken needs leave it open. */
  mayRead(step: number, other: string): boolean;
}

/**
 * Resolves the needs of every step; reports unknown ones, needs of itself and circles. `around`: names of the steps
 * around a step that these stand in.
 */
export function buildStepGraph(
  steps: readonly GraphStep[],
  problems: ProblemList,
  around: ReadonlySet<string> = new Set(),
): StepGraph {
  const indexOf = new Map<string, number>();
  for (const [index, { name }] of steps.entries()) if (name !== '' && !indexOf.has(name)) indexOf.set(name, index);
  const names = [...indexOf.keys()];
  // Steps below a mistake in the order: to say more about them would only repeat the mistake.
  const isUncertain = new Uint8Array(steps.length);

  const needs = steps.map((step, index): readonly number[] => {
    if (step.needs === undefined) return index === 0 ? [] : [index - 1];
    const direct = new Set<number>();
    const written = typeof step.needs === 'string' ? [step.needs] : step.needs;
    written.forEach((name, at) => {
      const path = typeof step.needs === 'string' ? [...step.path, 'needs'] : [...step.path, 'needs', at];
      const found = indexOf.get(name);
      if (name === step.name) {
        isUncertain[index] = 1;
        problems.report({
          code: 'pipeline.self_need',
          path,
          message: `the step \`${name}\` needs itself`,
          hint: 'Remove it from `needs`.',
        });
      } else if (found === undefined) {
        isUncertain[index] = 1;
        const meant = suggest(name, names);
        problems.report({
          code: 'pipeline.unknown_need',
          path,
          message: `no step is called \`${name}\`${didYouMean(name, names)}`,
          hint: around.has(name)
            ? `\`${name}\` stands outside: put it into the \`needs\` of the step around this one.`
            : meant === undefined
              ? `The steps are ${names.slice(0, 20).join(', ')}${names.length > 20 ? ', …' : ''}.`
              : `Write \`${meant}\`.`,
        });
      } else direct.add(found);
    });
    return [...direct];
  });

  const order = topologicalOrder(needs, isUncertain, (circle) => problems.report(explainCircle(steps, circle)));
  for (const step of order) if (needs[step]?.some((need) => isUncertain[need] === 1)) isUncertain[step] = 1;
  const upstream = createUpstream(needs, order);
  const nameOf = steps.map((step) => step.name);
  return {
    needs: needs.map((direct) => direct.map((need) => nameOf[need] ?? '')),
    mayRead: (step, other) => isUncertain[step] === 1 || upstream.has(step, indexOf.get(other) ?? step),
  };
}

/** Reported at a need that somebody wrote, not at one that follows from the order of the file. */
function explainCircle(steps: readonly GraphStep[], circle: readonly number[]): Finding {
  const start = Math.max(
    0,
    circle.findIndex((index) => steps[index]?.needs !== undefined),
  );
  const turned = [...circle.slice(start), ...circle.slice(0, start)].flatMap((index) => steps[index] ?? []);
  const [step, target] = turned;
  const at = Array.isArray(step?.needs) ? step.needs.indexOf(target?.name) : -1;
  const implied = turned.find(({ needs }) => needs === undefined);
  return {
    code: 'pipeline.cycle',
    path: [...(step?.path ?? []), ...(step?.needs === undefined ? [] : ['needs', ...(at < 0 ? [] : [at])])],
    message: `steps wait for each other: ${nameCircle(turned.map(({ name }) => name))}`,
    hint:
      implied === undefined
        ? 'Remove one of these needs.'
        : `\`${implied.name}\` has no \`needs\` and so follows the step before it; give it \`needs: []\` or its own.`,
  };
}

/** `a → b → a`, the middle of a long one left out. */
function nameCircle(names: readonly string[]): string {
  const shown = names.length > 12 ? [...names.slice(0, 6), '…', ...names.slice(-5)] : names;
  return [...shown, names[0]].join(' → ');
}

/** Depth first, without recursion; each edge is looked at once, each circle is handed over once and its steps are marked. */
function topologicalOrder(
  needs: readonly (readonly number[])[],
  inCircle: Uint8Array,
  onCircle: (circle: readonly number[]) => void,
): readonly number[] {
  const order: number[] = [];
  const state = new Uint8Array(needs.length);
  const reported = new Uint8Array(needs.length);
  for (let root = 0; root < needs.length; root += 1) {
    if (state[root] !== 0) continue;
    const stack = [{ step: root, next: 0 }];
    state[root] = 1;
    for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
      const need = needs[frame.step]?.[frame.next];
      frame.next += 1;
      if (need === undefined) {
        state[frame.step] = 2;
        order.push(frame.step);
        stack.pop();
      } else if (state[need] === 0) {
        state[need] = 1;
        stack.push({ step: need, next: 0 });
      } else if (state[need] === 1) {
        inCircle[frame.step] = 1;
        // A circle through a step of another one is most likely the same mistake.
        if (reported[need] === 1 || reported[frame.step] === 1) continue;
        const circle = stack.slice(stack.findIndex(({ step }) => step === need)).map(({ step }) => step);
        for (const step of circle) inCircle[step] = reported[step] = 1;
        onCircle(circle);
      }
    }
  }
  return order;
}
