export { createDockerDriver, type DockerDriverOptions } from './docker/docker-driver.ts';
export { dockerConfigAuth } from './docker/images/docker-config-auth.ts';
export type { RegistryAuth, RegistryAuthSource } from './docker/images/registry-auth.ts';
export type { ResourceLimits } from './docker/run-context.ts';
