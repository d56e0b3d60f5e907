import type { EventBroker, EventMessage } from '../../outside/event-broker.ts';

/** A broker that keeps every message. */
export interface RecordedBroker extends EventBroker {
  readonly messages: readonly EventMessage[];
}

export function createRecordedBroker(): RecordedBroker {
  const messages: EventMessage[] = [];
  return {
    messages,
    async publish(message, { signal }) {
      signal.throwIfAborted();
      messages.push(message);
    },
  };
}
