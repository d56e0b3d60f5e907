import type { EventBroker, EventMessage } from '@cicd/plugin';

export type EventListener = (message: EventMessage) => void;

/** A broker within this process. */
export interface MemoryBroker extends EventBroker {
  /**
   * Calls the listener with every message of a topic from now on, of every topic with `*`; returns how to stop. What it
   * throws is an uncaught exception of the process, not of the step.
   */
  subscribe(topic: string, listener: EventListener): () => void;
}

export function createMemoryBroker(): MemoryBroker {
  const subscriptions = new Set<{ readonly topic: string; readonly listener: EventListener }>();
  return {
    async publish(message, { signal }) {
      signal.throwIfAborted();
      for (const { topic, listener } of subscriptions)
        if (topic === '*' || topic === message.topic) queueMicrotask(() => listener(message));
    },
    subscribe(topic, listener) {
      const subscription = { topic, listener };
      subscriptions.add(subscription);
      return () => void subscriptions.delete(subscription);
    },
  };
}
