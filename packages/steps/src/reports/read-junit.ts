import sax from 'sax';
import type { TestResult, TestTally } from './test-result.ts';

/** Characters of a name and of a message that are kept. */
const longestText = 300;
const deepest = 100;

interface OpenTest {
  readonly suite: string;
  readonly name: string;
  outcome: 'passed' | 'skipped' | 'failed';
  message: string;
}

/** A report that cannot be read, in words. */
export class UnreadableReport extends Error {}

/**
 * Adds the tests of a JUnit report to a tally, as the report comes: elements `testcase`, failed by a `failure` or an
 * `error` inside, skipped by `skipped`. What elements say of their own totals is not believed. Entities other than XML's
 * five and numbers are refused. Throws UnreadableReport.
 * https://github.com/testmoapp/junitxml
 */
export async function readJunit(content: AsyncIterable<Uint8Array>, tally: TestTally): Promise<void> {
  const decoder = new TextDecoder();
  const parser = sax.parser(true);
  const faults: Error[] = [];
  let elements = 0;
  let depth = 0;
  let test: OpenTest | undefined;
  let isInFailure = false;
  const suites: string[] = [];

  const opens = ({ name: qualified, attributes }: sax.Tag | sax.QualifiedTag) => {
    const name = localName(qualified);
    const attribute = (key: string) => {
      const value = attributes[key];
      return (typeof value === 'string' ? value : '').slice(0, longestText);
    };
    elements += 1;
    depth += 1;
    if (depth > deepest) faults.push(new Error(`elements are nested deeper than ${deepest}`));
    if (elements === 1 && name !== 'testsuites' && name !== 'testsuite')
      faults.push(new Error(`its root is <${name.slice(0, 40)}>, not <testsuites> or <testsuite>`));
    if (name === 'testsuite') suites.push(attribute('name'));
    if (name === 'testcase')
      test = {
        suite: attribute('classname') || (suites.at(-1) ?? ''),
        name: attribute('name'),
        outcome: 'passed',
        message: '',
      };
    if (!test) return;
    if (name === 'skipped' && test.outcome === 'passed') test.outcome = 'skipped';
    if (name === 'failure' || name === 'error') {
      test.outcome = 'failed';
      test.message ||= firstLine(attribute('message'));
      isInFailure = true;
    }
  };
  const text = (said: string) => {
    if (test && isInFailure) test.message ||= firstLine(said.trimStart().slice(0, longestText));
  };
  const closes = (qualified: string) => {
    const name = localName(qualified);
    depth -= 1;
    if (name === 'failure' || name === 'error') isInFailure = false;
    if (name === 'testsuite') suites.pop();
    if (name !== 'testcase' || !test) return;
    if (test.outcome === 'failed') tally.addFailure(failureOf(test));
    else tally.add(test.outcome);
    test = undefined;
  };

  // It is no event target: a handler is a property.
  Object.assign(parser, {
    onerror: (error: Error) => void faults.push(error),
    onopentag: opens,
    ontext: text,
    oncdata: text,
    onclosetag: closes,
  });
  const feed = (piece: string) => {
    if (faults.length === 0) parser.write(piece);
    if (faults[0]) throw new UnreadableReport(faults[0].message.split('\n')[0]);
  };
  for await (const chunk of content) feed(decoder.decode(chunk, { stream: true }));
  feed(decoder.decode());
  parser.close();
  feed('');
  if (elements === 0) throw new UnreadableReport('it is empty');
  if (depth !== 0) throw new UnreadableReport('it ends too early');
}

const localName = (qualified: string) => qualified.slice(qualified.indexOf(':') + 1);
const firstLine = (said: string) => said.split(/\r?\n/, 1)[0]?.trim() ?? '';
const failureOf = ({ suite, name, message }: OpenTest): TestResult['failures'][number] => ({ suite, name, message });
