import { createHash } from 'node:crypto';
import type { CelInput } from '@bufbuild/cel';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { Json, JsonObject } from '@cicd/plugin';
import type { ExpressionValues, StepValues } from '../values.ts';
import { findName } from './dashed-name.ts';
import { toCelValue, toNameMap } from './json-value.ts';
import { isReservedName } from './reserved-names.ts';

/** The values of the names that an expression uses; a name without a value is left out. */
export function bindNames(names: Iterable<string>, values: ExpressionValues): Record<string, CelInput> {
  const bindings = Object.create(null) as Record<string, CelInput>;
  for (const name of names) {
    const value = valueOfName(name, values);
    if (value !== undefined) bindings[name] = value;
  }
  return bindings;
}

function valueOfName(name: string, values: ExpressionValues): CelInput | undefined {
  if (name.startsWith('@.')) return valueOfDotted(name.slice(2), values);
  if (name.startsWith('@')) return valueOfCall(name, values);
  if (isLocal(name, values)) return toCelValue(values.locals?.[name] ?? null);
  if (isReservedName(name)) return valueOfRoot(name, values);
  return findName(values.inputs, name) === undefined ? valueOfStep(name, values) : undefined;
}

const isLocal = (name: string, { locals }: ExpressionValues) => locals !== undefined && Object.hasOwn(locals, name);

function valueOfRoot(name: string, values: ExpressionValues): CelInput | undefined {
  switch (name) {
    case 'inputs':
      return toNameMap(values.inputs, toCelValue);
    case 'steps':
      return toNameMap(values.steps, stepValue);
    case 'matrix':
      return values.matrix === undefined ? undefined : toNameMap(values.matrix, toCelValue);
    case 'env':
      return toCelValue(values.env);
    case 'secrets':
      return toCelValue(values.secrets);
    case 'environment':
      return values.environment === undefined ? undefined : toCelValue(values.environment);
    case 'run':
      return toNameMap<Json | undefined>({ ...values.run }, (value) => toCelValue(value ?? null));
    default:
      return undefined;
  }
}

/** `.Version`, `.Env`, `.ExecutionID`: the root, with the names that older pipelines use. */
function valueOfDotted(name: string, values: ExpressionValues): CelInput | undefined {
  if (isLocal(name, values)) return toCelValue(values.locals?.[name] ?? null);
  if (isReservedName(name)) return valueOfRoot(name, values);
  const input = findName(values.inputs, name);
  if (input !== undefined) return toCelValue(values.inputs[input] ?? null);
  if (name === 'Env') return toCelValue(values.env);
  if (name === 'ExecutionID') return values.run.id;
  if (name === 'PreviousExecutionID') return values.run.previous_id;
  return valueOfStep(name, values);
}

function valueOfStep(name: string, values: ExpressionValues): CelInput | undefined {
  const step = findName(values.steps, name);
  const result = step === undefined ? undefined : values.steps[step];
  return result === undefined ? undefined : stepValue(result);
}

function stepValue(step: StepValues): CelInput {
  return toNameMap<Json | undefined>(step, (value) => toCelValue(value ?? null));
}

function valueOfCall(name: string, values: ExpressionValues): CelInput | undefined {
  switch (name) {
    case '@now':
      return timestampFromDate(new Date(values.run.started_at));
    case '@uuid':
      return uuidOf(values.run.id, values.place);
    case '@always':
      return values.status === undefined ? undefined : true;
    case '@success':
      return values.status === undefined ? undefined : !values.status.failed && !values.status.cancelled;
    case '@failure':
      return values.status?.failed;
    case '@cancelled':
      return values.status?.cancelled;
    default:
      return answerOf(name.slice(1), values);
  }
}

/** What the source said when it was asked; that a file has changed is true where nobody knows. */
function answerOf(question: string, { run: { source } }: ExpressionValues): CelInput | undefined {
  const answers = source?.['answers'] as JsonObject | undefined;
  const answer = answers && Object.hasOwn(answers, question) ? answers[question] : undefined;
  if (answer !== undefined) return toCelValue(answer);
  return question.startsWith('changed(') ? true : undefined;
}

/** Name-based on SHA-256: version 8 of RFC 9562, as in its appendix B.2. */
function uuidOf(runId: string, place: string): string {
  const bytes = createHash('sha256').update(`${runId}\0${place}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
