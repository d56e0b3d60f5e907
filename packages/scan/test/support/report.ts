import { readFileSync } from 'node:fs';
import path from 'node:path';

const folder = path.join(import.meta.dirname, '..', 'fixtures');

/** A file that a real scanner wrote. */
export const reportOf = (name: string): Uint8Array => readFileSync(path.join(folder, name));

export const bytesOf = (value: unknown): Uint8Array =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));

/** The smallest SARIF of a tool, with these results and rules. */
export const sarif = (results: unknown, rules: unknown = [], run: object = {}): unknown => ({
  version: '2.1.0',
  runs: [{ tool: { driver: { name: 'Any', rules } }, results, ...run }],
});

export const result = (more: object = {}): object => ({ ruleId: 'R1', message: { text: 'found' }, ...more });

/** A location in a file. */
export const at = (uri: string, startLine = 3, text?: string) => ({
  physicalLocation: {
    artifactLocation: { uri },
    region: { startLine, ...(text !== undefined && { snippet: { text } }) },
  },
});
