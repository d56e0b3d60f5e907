import type { SandboxCapabilities } from '@cicd/plugin';

export const dockerCapabilities: SandboxCapabilities = {
  isolation: true,
  images: true,
  limits: true,
  networkModes: true,
  separateStreams: true,
  users: true,
  terminals: true,
  services: true,
};
