import { describe, expect, it } from '@jest/globals';
import {
  grypeReader,
  judge,
  readFindings,
  readSarif,
  semgrepReader,
  trivyReader,
  type ScannerReader,
} from '../../src/index.ts';
import { reportOf } from '../support/report.ts';

const read = (name: string, reader: ScannerReader, root = '') =>
  readFindings(readSarif(reportOf(name)), reader, { root });
const terms = { threshold: 'high', ignoreUnfixed: false, ignores: [], newOnly: false, now: 0 } as const;

describe('what Semgrep wrote', () => {
  const { tool, findings, suppressed } = read('semgrep-1.182.0.sarif', semgrepReader);

  it('has its severities from the rules', () => {
    expect(tool).toEqual({ name: 'Semgrep OSS', version: '1.182.0' });
    expect(findings.map(({ rule_id, severity, location, line }) => [rule_id, severity, location, line])).toEqual(
      expect.arrayContaining([
        ['rules.js-exec-taint', 'critical', 'src/app.js', 5],
        ['rules.js-eval', 'high', 'src/app.js', 7],
        ['rules.weak-hash', 'medium', 'src/app.py', 26],
        ['rules.py-info', 'low', 'src/app.py', 11],
      ]),
    );
  });

  it('shows what a mark in the code takes out', () => {
    expect(suppressed.map(({ finding, why }) => [finding.rule_id, finding.line, why])).toContainEqual([
      'rules.weak-hash',
      22,
      'in_source',
    ]);
  });

  it('gives every finding a fingerprint of its own', () => {
    const all = [...findings, ...suppressed.map(({ finding }) => finding)].map(({ fingerprint }) => fingerprint);
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('what Trivy wrote', () => {
  const { findings } = read('trivy-0.76.0.sarif', trivyReader, '/in/shop.tar');

  it('has package, versions and number, and the place of each', () => {
    expect(findings).toContainEqual({
      rule_id: 'CVE-2021-44906',
      severity: 'critical',
      message: 'minimist: prototype pollution',
      location: 'app/node_modules/minimist/package.json',
      package: 'minimist',
      installed_version: '1.2.5',
      fixed_version: '1.2.6',
      cve: 'CVE-2021-44906',
      cvss: expect.any(Number),
      help_uri: 'https://avd.aquasec.com/nvd/cve-2021-44906',
      fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(findings.find(({ package: name }) => name === 'zlib1g')).toMatchObject({ location: '', severity: 'high' });
  });

  it('knows what has no fix', () => {
    const bash = findings.find(({ package: name }) => name === 'bash');
    expect(bash).toMatchObject({ cve: 'CVE-2099-0002', severity: 'high' });
    expect(bash).not.toHaveProperty('fixed_version');
    const verdict = judge({ findings, suppressed: [] }, { ...terms, ignoreUnfixed: true });
    expect(verdict.setAside).toEqual([{ finding: bash, why: 'unfixed' }]);
    expect(verdict.failing.map(({ cve }) => cve)).not.toContain('CVE-2099-0002');
  });
});

describe('what Grype wrote', () => {
  it('has package, versions and place', () => {
    const { findings } = read('grype-0.121.2.sarif', grypeReader);
    expect(findings.map((each) => [each.package, each.installed_version, each.fixed_version, each.severity])).toEqual([
      ['minimist', '1.2.5', '1.2.6', 'critical'],
      ['lodash', '4.17.20', '4.17.21', 'high'],
      ['ms', '2.1.3', undefined, 'medium'],
      ['once', '1.4.0', '9999.0.0', 'low'],
    ]);
    expect(new Set(findings.map(({ location }) => location))).toEqual(new Set(['package-lock.json']));
  });
});

it.each([
  ['semgrep-1.182.0.sarif', trivyReader],
  ['trivy-0.76.0.sarif', grypeReader],
  ['grype-0.121.2.sarif', semgrepReader],
] as const)('%s is not taken for a file of another scanner', (name, reader) => {
  expect(() => read(name, reader)).toThrow(expect.objectContaining({ code: 'scan.report_invalid' }));
});
