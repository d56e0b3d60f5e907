/** The functions of a test runner that a conformance kit needs: jest, vitest and node:test all have them. */
export interface KitRunner {
  describe(name: string, body: () => void): void;
  it(name: string, body: () => Promise<void> | void, timeoutMilliseconds?: number): void;
  beforeAll(body: () => Promise<void>, timeoutMilliseconds?: number): void;
  afterAll(body: () => Promise<void>, timeoutMilliseconds?: number): void;
}
