import { cveIn, fieldOf, type ScannerReader } from './scanner-reader.ts';

/** Trivy: package and versions are lines of the result's message. A package of the system has the archive as its place. */
export const trivyReader: ScannerReader = {
  name: 'trivy',
  toolNames: ['trivy'],
  message: ({ rule }) => rule?.shortDescription?.text ?? undefined,
  details({ result, ruleId }) {
    const { text } = result.message;
    const name = fieldOf(text, 'Package');
    const installed = fieldOf(text, 'Installed Version');
    const fixed = fieldOf(text, 'Fixed Version');
    const number = cveIn(ruleId);
    return {
      ...(name !== undefined && { package: name }),
      ...(installed !== undefined && { installed_version: installed }),
      ...(name !== undefined && fixed !== undefined && { fixed_version: fixed }),
      ...(number !== undefined && { cve: number }),
    };
  },
};
