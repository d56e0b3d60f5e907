import { CicdError, type CicdErrorOptions } from './cicd-error.ts';

/** An outside service refused or failed. */
export class ProviderError extends CicdError {
  readonly family = 'provider';
  readonly provider: string;
  readonly operation: string;
  readonly requestId: string | undefined;

  constructor(
    options: CicdErrorOptions & { readonly provider: string; readonly operation: string; readonly requestId?: string },
  ) {
    super(options);
    this.provider = options.provider;
    this.operation = options.operation;
    this.requestId = options.requestId;
  }
}
