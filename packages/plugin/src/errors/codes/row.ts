/** How an error code looks from outside. */
export interface ErrorCodeRow {
  /** HTTP status of the API's answer. */
  readonly status: number;
  /** Exit code of the command line: 1 failed, 2 usage or configuration, 124 timeout. */
  readonly exit: number;
  /** One sentence for the generated error reference. */
  readonly summary: string;
}

export const row = (status: number, exit: number, summary: string): ErrorCodeRow => ({ status, exit, summary });
