import { checks } from './checks.ts';
import { performAll } from './commands/task.ts';
import { run } from './commands/run.ts';
import { checkPackages } from './packages/check-packages.ts';
import { forgetTestResults, testResults } from './test-results/test-results.ts';

const heading = (title: string) => console.log(`\n── ${title}`);

/** Everything that the README's test command runs, in the order of cost; all of it runs, whatever fails on the way. */
async function main(): Promise<void> {
  heading('test bed');
  const bed = await run(process.execPath, ['testbed/src/main.ts', 'up'], { show: true });

  heading('checks');
  const checked = await performAll(checks);

  heading('tests');
  forgetTestResults();
  const tests = await run('turbo', ['run', 'test', '--continue', '--concurrency=1', '--log-order=grouped'], {
    show: true,
  });
  const counted = testResults();

  heading('packages, as they would be published');
  const packed = await performAll(await checkPackages());

  heading('what could not run here');
  const report = await run(process.execPath, ['testbed/src/main.ts', 'report'], { show: true });

  // The test bed, the test runner and the report count once each when they fail, so that nothing red goes uncounted.
  const whole = [bed, tests, report].filter((result) => result.code !== 0).length;
  const passed = checked.passed + counted.passed + packed.passed;
  const failed = checked.failed + counted.failed + packed.failed + whole;
  console.log(`\n${passed} passed, ${failed} failed${counted.skipped ? `, ${counted.skipped} skipped` : ''}`);
  process.exitCode = failed === 0 ? 0 : 1;
}

await main();
