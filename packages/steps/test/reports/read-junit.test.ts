import { describe, expect, it } from '@jest/globals';
import { readJunit, UnreadableReport } from '../../src/reports/read-junit.ts';
import { TestTally } from '../../src/reports/test-result.ts';

/** Reads a report that arrives in pieces of so many bytes. */
async function read(text: string, size = 7) {
  const tally = new TestTally();
  const bytes = Buffer.from(text);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  await readJunit(pieces(), tally);
  return tally.result;
}

describe('a JUnit report', () => {
  it('is counted test by test, whatever its totals say', async () => {
    const report = `<?xml version="1.0" encoding="UTF-8"?>
      <testsuites tests="99" failures="99">
        <testsuite name="dates" tests="7">
          <properties><property name="failure" value="no"/></properties>
          <testcase classname="DueDate" name="adds days"/>
          <testcase name="skips weekends – ünder 5"><failure message="expected 3 &lt; 4&#10;  at due.js">stack</failure></testcase>
          <testcase name="breaks"><error type="TypeError"><![CDATA[
            TypeError: x is null
            at due.js]]></error><system-out>noise</system-out></testcase>
          <testcase name="later"><skipped/></testcase>
        </testsuite>
      </testsuites>`;
    for (const size of [1, 7, 100_000]) {
      expect(await read(report, size)).toEqual({
        passed: 1,
        failed: 2,
        skipped: 1,
        failures: [
          { suite: 'dates', name: 'skips weekends – ünder 5', message: 'expected 3 < 4' },
          { suite: 'dates', name: 'breaks', message: 'TypeError: x is null' },
        ],
      });
    }
  });

  it('may be one suite, with names in a namespace, and hold nothing', async () => {
    expect(await read('<j:testsuite xmlns:j="urn:j"><j:testcase name="a"/></j:testsuite>')).toMatchObject({
      passed: 1,
    });
    expect(await read('<testsuites/>')).toEqual({ passed: 0, failed: 0, skipped: 0, failures: [] });
  });

  it('keeps the first failures and counts the others', async () => {
    const tests = Array.from({ length: 60 }, (_, n) => `<testcase name="${n}"><failure/></testcase>`).join('');
    const { failed, failures } = await read(`<testsuite>${tests}</testsuite>`, 4096);
    expect([failed, failures.length, failures[0]?.name]).toEqual([60, 50, '0']);
  });

  it.each([
    ['nothing', ''],
    ['no XML', 'not ok 1'],
    ['another root', '<html></html>'],
    ['a broken end', '<testsuite><testcase name="a"/>'],
    ['an unquoted value', '<testsuite name=a></testsuite>'],
    ['an entity of its own', '<!DOCTYPE t [<!ENTITY a "aaaa">]><testsuite><testcase name="&a;"/></testsuite>'],
    ['a file of the machine', '<!DOCTYPE t [<!ENTITY a SYSTEM "file:///etc/passwd">]><testsuite>&a;</testsuite>'],
    ['endless depth', `<testsuite>${'<a>'.repeat(200)}`],
  ])('is refused for %s', async (_, text) => {
    await expect(read(text)).rejects.toBeInstanceOf(UnreadableReport);
  });
});
