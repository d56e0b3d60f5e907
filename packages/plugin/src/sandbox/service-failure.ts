import { formatDuration } from '../schema/duration.ts';
import { StepFailure } from '../errors/step-failure.ts';
import type { ServiceConfig, ServiceOutput } from './service.ts';

const shownLines = 10;

/** A service that ended although it is needed. `code` is its exit code. */
export const serviceEnded = (output: ServiceOutput, code: number): StepFailure =>
  new StepFailure({
    code: 'sandbox.service_failed',
    message: `the service ${output.name} ended with exit code ${code}${ending(output)}`,
    hint: 'What it wrote is in the log of the step. Check its env and its command.',
    details: { service: output.name, exit_code: code, output: output.text },
  });

/** A service that was not ready in time. `lastCheck`: what its check said last. */
export const serviceNotReady = (
  { name, ready }: ServiceConfig,
  output: ServiceOutput,
  lastCheck: string | undefined,
): StepFailure =>
  new StepFailure({
    code: 'sandbox.service_not_ready',
    message: `the service ${name} was not ready within ${formatDuration(ready?.timeout ?? 0)}: ${lastCheck ?? expectation(ready)}${ending(output)}`,
    hint: 'Check what `ready` waits for, or raise its timeout.',
    details: { service: name, output: output.text },
  });

function expectation({ port, log, command }: Partial<NonNullable<ServiceConfig['ready']>> = {}): string {
  if (port !== undefined) return `nothing listened on port ${port} for others`;
  if (log !== undefined) return `it did not write ${JSON.stringify(log)}`;
  return `${command?.join(' ')} did not end with 0`;
}

function ending({ text }: ServiceOutput): string {
  const lines = text.trimEnd().split('\n').slice(-shownLines);
  return lines.join('') === '' ? '; it wrote nothing' : `; it last wrote:\n${lines.join('\n')}`;
}
