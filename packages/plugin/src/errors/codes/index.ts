import { accessCodes } from './access.ts';
import { approvalCodes } from './approval.ts';
import { archiveCodes } from './archive.ts';
import { artifactCodes } from './artifact.ts';
import { commandCodes } from './command.ts';
import { databaseCodes } from './database.ts';
import { expressionCodes } from './expression.ts';
import { gateCodes } from './gate.ts';
import { gitCodes } from './git.ts';
import { imageCodes } from './image.ts';
import { grantCodes } from './grant.ts';
import { logCodes } from './log.ts';
import { outsideCodes } from './outside.ts';
import { pipelineCodes } from './pipeline.ts';
import { planCodes } from './plan.ts';
import { requestCodes } from './request.ts';
import type { ErrorCodeRow } from './row.ts';
import { runCodes } from './run.ts';
import { sandboxCodes } from './sandbox.ts';
import { scanCodes } from './scan.ts';
import { secretCodes } from './secret.ts';
import { stepCodes } from './step.ts';

/** The one table: code → HTTP status → exit code of the command line → sentence of the error reference. */
export const errorCodes = {
  ...accessCodes,
  ...approvalCodes,
  ...archiveCodes,
  ...artifactCodes,
  ...commandCodes,
  ...databaseCodes,
  ...expressionCodes,
  ...gateCodes,
  ...gitCodes,
  ...imageCodes,
  ...grantCodes,
  ...logCodes,
  ...outsideCodes,
  ...pipelineCodes,
  ...planCodes,
  ...requestCodes,
  ...runCodes,
  ...sandboxCodes,
  ...scanCodes,
  ...secretCodes,
  ...stepCodes,
} as const satisfies Record<string, ErrorCodeRow>;

export type ErrorCode = keyof typeof errorCodes;
export type { ErrorCodeRow };
