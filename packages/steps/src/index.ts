export { artifactPull } from './artifact/artifact-pull.ts';
export { artifactPush } from './artifact/artifact-push.ts';
export { builtinSteps } from './builtin-steps.ts';
export { gate } from './gate/gate.ts';
export { log } from './log.ts';
export { set } from './set.ts';
export { shellExec } from './shell/shell-exec.ts';
export { validate } from './validate.ts';
