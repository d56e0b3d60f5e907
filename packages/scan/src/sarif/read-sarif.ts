import { Ajv, type ValidateFunction } from 'ajv';
import { formatByteSize } from '@cicd/plugin';
import { reportInvalid } from './report-invalid.ts';
import { SarifSchema, type SarifLog } from './sarif-schema.ts';

/** Bytes: a report of 100,000 findings has about 60 MB. */
export const largestReport = 128 * 2 ** 20;

/** Over all runs of a file. */
const mostResults = 100_000;

let compiled: ValidateFunction<SarifLog> | undefined;
const validator = () => (compiled ??= new Ajv({ strict: false }).compile<SarifLog>(SarifSchema));

/**
 * Reads a SARIF 2.1.0 file. Anything but one whole, valid, consistent file is an error: empty, truncated, of another
 * format or version, too large, a run that was not successful, a result whose rule contradicts itself.
 *
 * Errors: `scan.report_invalid`.
 */
export function readSarif(bytes: Uint8Array): SarifLog {
  const value = parse(bytes);
  if (typeof value !== 'object' || value === null || !('version' in value) || !('runs' in value))
    throw reportInvalid('is not SARIF: it has no version and runs');
  if (value.version !== '2.1.0') throw reportInvalid(`is SARIF ${JSON.stringify(value.version)}, and not 2.1.0`);
  const validate = validator();
  if (!validate(value)) {
    const [fault] = validate.errors ?? [];
    throw reportInvalid(`does not fit SARIF 2.1.0: ${fault?.instancePath || 'the file'} ${fault?.message ?? ''}`);
  }
  const count = value.runs.reduce((sum, { results }) => sum + results.length, 0);
  if (count > mostResults)
    throw reportInvalid(`has ${count} results, more than ${mostResults}`, 'Narrow the scan, or its rules.');
  for (const { invocations } of value.runs) {
    for (const { executionSuccessful, toolExecutionNotifications, toolConfigurationNotifications } of invocations ??
      []) {
      const told = [...(toolExecutionNotifications ?? []), ...(toolConfigurationNotifications ?? [])];
      const trouble = told.find(({ level }) => level === 'error');
      if (trouble) throw reportInvalid(`says that the scan had an error: ${trouble.message?.text ?? 'no text'}`);
      if (executionSuccessful === false) throw reportInvalid('says that the scan was not successful');
    }
  }
  return value;
}

function parse(bytes: Uint8Array): unknown {
  if (bytes.byteLength > largestReport) throw reportInvalid(`has more than ${formatByteSize(largestReport)}`);
  let text: string;
  try {
    // A byte order mark is allowed, and dropped by the decoder.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw reportInvalid('is not UTF-8');
  }
  if (text.trim() === '') throw reportInvalid('is empty');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw reportInvalid(`is not whole JSON: ${(error as Error).message}`);
  }
}
