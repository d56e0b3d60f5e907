import { StepFailure } from '../errors/step-failure.ts';

/** The instruction that a build failed at, as far as the builder says. */
export interface FailedInstruction {
  /** `[build 2/4] RUN npm ci` */
  readonly name: string;
  readonly stage?: string;
  /** `RUN npm ci` */
  readonly instruction: string;
}

/** A build that ended with words of the builder. */
export function buildFailed(words: string, failed: FailedInstruction | undefined): StepFailure {
  const exitCode = /(?:exit code: |non-zero code: )(\d+)\s*$/.exec(words)?.[1];
  const where = failed?.stage === undefined ? '' : ` in the stage ${failed.stage}`;
  return new StepFailure({
    code: 'image.build_failed',
    message:
      failed === undefined
        ? `The image could not be built: ${words}`
        : exitCode === undefined
          ? `\`${failed.instruction}\`${where} failed: ${words}`
          : `\`${failed.instruction}\`${where} ended with exit code ${exitCode}`,
    hint: failed === undefined ? undefined : 'What it wrote stands in the log of the step.',
    details: {
      ...(failed !== undefined && { instruction: failed.instruction }),
      ...(failed?.stage !== undefined && { stage: failed.stage }),
      ...(exitCode !== undefined && { exit_code: Number(exitCode) }),
    },
  });
}

/** `[build 2/4] RUN npm ci` → its stage and instruction; undefined for what is no instruction of a Dockerfile. */
export function instructionOf(name: string): FailedInstruction | undefined {
  const [, stage, instruction] = /^\[(?:(\S+) )?\d+\/\d+\] (.+)$/s.exec(name) ?? [];
  if (instruction === undefined) return undefined;
  return { name, instruction, ...(stage !== undefined && { stage }) };
}
