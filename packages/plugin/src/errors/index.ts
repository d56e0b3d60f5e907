export { CicdError, type CicdErrorOptions, type ErrorFamily } from './cicd-error.ts';
export { errorCodes, type ErrorCode, type ErrorCodeRow } from './codes/index.ts';
export { ConfigError } from './config-error.ts';
export { EngineError } from './engine-error.ts';
export type { Problem } from './problem.ts';
export { ProviderError } from './provider-error.ts';
export { StepFailure } from './step-failure.ts';
export { stepLost } from './step-lost.ts';
