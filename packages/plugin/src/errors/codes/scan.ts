import { row } from './row.ts';

export const scanCodes = {
  'scan.gate_failed': row(422, 1, 'A scan found what its gate does not let pass.'),
  'scan.report_invalid': row(
    422,
    1,
    'What a scanner wrote is no whole, valid SARIF 2.1.0 of that scanner; that is never a clean scan.',
  ),
  'scan.scanner_failed': row(422, 1, 'A scanner crashed, or ended in a way that does not stand for a finished scan.'),
  'scan.nothing_scanned': row(422, 1, 'A scanner found no input: no file, no rule, or no package to look at.'),
  'scan.knowledge_missing': row(422, 1, 'A rule pack or a vulnerability database that a scan needs is not there.'),
  'scan.knowledge_outdated': row(422, 1, 'A rule pack or a vulnerability database is older than max_age.'),
  'scan.baseline_invalid': row(422, 1, 'The findings of the earlier run cannot be read, so nothing can be compared.'),
} as const;
