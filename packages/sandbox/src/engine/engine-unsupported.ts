import { EngineError } from '@cicd/plugin';

/** An engine that answers, but on which processes cannot be run as promised. */
export const engineUnsupported = (cause: unknown): EngineError =>
  new EngineError({
    code: 'sandbox.engine_unsupported',
    message: 'Podman runs steps on x86-64 only: the small program that holds a workspace open is built for no other.',
    hint: 'Use Docker on this machine, or set DOCKER_HOST to an engine on x86-64.',
    cause,
  });
