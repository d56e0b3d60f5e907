import type { Json } from '../schema/json.ts';

/** What a step tells whoever listens. */
export interface EventMessage {
  /** The same when a step that was interrupted publishes again: who must not act twice drops what it has seen. */
  readonly id: string;
  readonly topic: string;
  readonly payload: Json;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly source: { readonly run: string; readonly pipeline: string; readonly step: string };
}

/** Takes messages over for its listeners. */
export interface EventBroker {
  /** Resolves when the message is the broker's; rejects when it may not have it. */
  publish(message: EventMessage, options: { readonly signal: AbortSignal }): Promise<void>;
}
