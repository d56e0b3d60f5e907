/** An outside world with effects of its own, as a step that deploys sees it. */
export interface Provider {
  /** Brings a version about; the same `key` again is the same deployment. */
  deploy(key: string, version: string): Promise<void>;
}
