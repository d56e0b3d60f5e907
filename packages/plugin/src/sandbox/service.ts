import type { ProcessConfig } from './process.ts';

/** When something that serves others can be used. Exactly one of the first three. */
export interface ReadyCheck {
  /** Something listens on this TCP port, on more than the loopback. */
  readonly port?: number;
  /** A program and its arguments that end with 0, run inside it again and again. */
  readonly command?: readonly [string, ...string[]];
  /** Its output holds this text. */
  readonly log?: string;
  /** Milliseconds from the start. */
  readonly timeout: number;
}

/** A container beside a process, for as long as the process is there: a database that tests need. */
export interface ServiceConfig {
  /** The host name under which the process reaches it: lower-case letters, digits and `-`. */
  readonly name: string;
  readonly image: string;
  /** Default `missing`. */
  readonly pull?: ProcessConfig['pull'];
  /** The arguments of the image's own program. Default: the image's. */
  readonly command?: readonly string[];
  /** Not secret: it shows in the container's configuration. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: it counts as ready once it is started. */
  readonly ready?: ReadyCheck;
}

/** The end of what a service has written. */
export interface ServiceOutput {
  readonly name: string;
  /** The last lines, of both streams together; at most `serviceOutputLines`. */
  readonly text: string;
}

export const serviceOutputLines = 100;
