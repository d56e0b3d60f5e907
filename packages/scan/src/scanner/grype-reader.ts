import { cveIn, fieldOf, type ScannerReader } from './scanner-reader.ts';

/** Grype: package and versions are lines of the rule's help; a rule is one weakness in one package. */
export const grypeReader: ScannerReader = {
  name: 'grype',
  toolNames: ['grype'],
  message: ({ rule }) => rule?.fullDescription?.text ?? rule?.shortDescription?.text ?? undefined,
  details({ rule, ruleId }) {
    const text = rule?.help?.text;
    const name = fieldOf(text, 'Package');
    const installed = fieldOf(text, 'Version');
    const fixed = fieldOf(text, 'Fix Version');
    const number = cveIn(ruleId, fieldOf(text, 'Link'), rule?.helpUri);
    return {
      ...(name !== undefined && { package: name }),
      ...(installed !== undefined && { installed_version: installed }),
      ...(name !== undefined && fixed !== undefined && { fixed_version: fixed }),
      ...(number !== undefined && { cve: number }),
    };
  },
  // It writes paths from the root of what it scanned.
  location: (path) => path.replace(/^\/+/, ''),
};
