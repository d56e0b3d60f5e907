import { parseByteSize, readPrivileges } from '@cicd/plugin';
import { servicesOf } from './services.ts';
import type { ShellExecConfig } from './shell-exec-config.ts';

/** The container of a step as far as its configuration says. */
export const containerOf = (config: ShellExecConfig) => ({
  image: config.image,
  workDir: config.work_dir,
  networkMode: config.network_mode,
  ...(config.memory_limit !== undefined && { memoryLimit: parseByteSize(config.memory_limit) }),
  ...(config.cpu_limit !== undefined && { cpuLimit: config.cpu_limit }),
  ...(config.services !== undefined && { services: servicesOf(config.services) }),
  ...(config.user !== undefined && { user: config.user }),
  ...(config.privileges && { privileges: readPrivileges(config.privileges) }),
});
