import { checks } from './checks.ts';
import { performAll } from './commands/task.ts';

const { failed } = await performAll(checks);
process.exitCode = failed === 0 ? 0 : 1;
