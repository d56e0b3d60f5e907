import type { ScannerReader } from './scanner-reader.ts';

/** Semgrep: levels are the rules', and every fingerprint is the constant `requires login`, in a place that is not read. */
export const semgrepReader: ScannerReader = {
  name: 'semgrep',
  toolNames: ['semgrep oss', 'semgrep', 'semgrep pro', 'semgrep ce'],
};
