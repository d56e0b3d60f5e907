import type { ServiceConfig } from '@cicd/plugin';
import { containerConfig, type ContainerContext } from '../container-config.ts';

/** A service's container: hardened as a step's, with the image's own program, and without the workspace. */
export function serviceContainer(
  { name, command, env = {}, image }: ServiceConfig,
  context: Omit<ContainerContext, 'volume'>,
): Record<string, unknown> {
  const key = { step: name, attempt: 1 };
  const whole = containerConfig(
    { key, image, env, command: ['replaced'], workspace: 'none' },
    { ...context, volume: undefined },
  );
  const { Entrypoint: _entrypoint, Cmd: _command, WorkingDir: _folder, ...hardened } = whole;
  return {
    ...hardened,
    Hostname: name,
    ...(command !== undefined && { Cmd: command }),
    NetworkingConfig: { EndpointsConfig: { [context.network]: { Aliases: [name] } } },
  };
}
