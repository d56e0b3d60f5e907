import type { RegistryCredentials } from './images.ts';

export interface RegistryRequest {
  /** `123456789012.dkr.ecr.eu-central-1.amazonaws.com` */
  readonly registry: string;
  readonly operation: 'push' | 'pull';
  readonly signal: AbortSignal;
}

/** Where short-lived credentials of a registry come from, such as a cloud's. Asked before each transfer. */
export interface RegistryCredentialsProvider {
  /** Errors: a `ProviderError`, which holds no secret. */
  credentials(request: RegistryRequest): Promise<RegistryCredentials>;
}
