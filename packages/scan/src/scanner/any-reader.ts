import { cveIn, type ScannerReader } from './scanner-reader.ts';

/** Any other tool: what the standard has a place for. */
export const anyReader: ScannerReader = {
  name: 'sarif',
  details({ ruleId, rule }) {
    const number = cveIn(ruleId, rule?.helpUri);
    return number === undefined ? {} : { cve: number };
  },
};
