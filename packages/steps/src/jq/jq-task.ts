/** What a thread with jq is to do. */
export interface JqTask {
  readonly expression: string;
  /** JSON. */
  readonly input: string;
  /** JSON, by the name without `$`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Bytes. */
  readonly maxOutput: number;
}

/** What it says: the end of the program, or the limit that it ran into. */
export type JqAnswer =
  | { readonly stdout: string; readonly stderr: string; readonly exitCode: number }
  | { readonly limit: 'memory' | 'output' };
