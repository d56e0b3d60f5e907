import { parseDuration, type Json, type JsonObject } from '@cicd/plugin';
import { buildStep, buildSteps, readOnError } from './build-step.ts';
import type { CheckedList, CheckedStep } from './check/checked-step.ts';
import type { PipelineCheck } from './check/pipeline-check.ts';
import type { InputDefinition, PipelineDefinition } from './pipeline-definition.ts';
import type { WrittenPipeline } from './schema/pipeline-schema.ts';
import { textEntries } from './text-entries.ts';

interface CheckedPipeline {
  readonly name: string;
  readonly file: string;
  /** Without errors. */
  readonly written: Partial<WrittenPipeline>;
  readonly inputs: Readonly<Record<string, InputDefinition>>;
  readonly list: CheckedList;
  readonly compensation: readonly CheckedStep[];
  readonly check: PipelineCheck;
}

/** A pipeline without errors, with its defaults. */
export function buildPipeline(checked: CheckedPipeline): PipelineDefinition {
  const { name, file, written, inputs, check } = checked;
  const { description, timeout, concurrency, source } = written;
  const defaults = { ...check.defaults, onError: readOnError(written.on_error ?? 'stop') };
  return {
    name,
    ...(description === undefined ? {} : { description }),
    file,
    inputs,
    triggers: triggersOf(written.trigger),
    env: textEntries(written.env),
    ...(timeout === undefined ? {} : { timeout: parseDuration(timeout) }),
    failFast: written.fail_fast ?? false,
    ...(concurrency
      ? { concurrency: { group: concurrency.group, cancelInProgress: concurrency.cancel_in_progress ?? false } }
      : {}),
    source: (source as Json | undefined) ?? 'project',
    steps: buildSteps(checked.list, defaults),
    compensation: checked.compensation.map((step) => buildStep(step, [], defaults)),
    outputs: textEntries(written.outputs),
    secrets: [...check.secrets].toSorted(),
    outerEnv: [...check.outerEnv].toSorted(),
    sourceQuestions: [...check.questions].toSorted(),
    called: {},
  };
}

function triggersOf(written: WrittenPipeline['trigger']): readonly JsonObject[] {
  if (written === undefined) return [{ type: 'manual' }];
  return Array.isArray(written) ? written : [written];
}
