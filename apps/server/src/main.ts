// node src/main.ts [--data-dir FOLDER] [--listen HOST:PORT]: serves a data folder until it is told to stop.
import { parseArgs } from 'node:util';
import { createPlatform, dataFolderPath } from '@cicd/platform';
import { CicdError, errorCodes, type ErrorCodeRow } from '@cicd/plugin';
import { listenAddress } from './listen-address.ts';
import { serve } from './serve.ts';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { 'data-dir': { type: 'string' }, listen: { type: 'string', default: '127.0.0.1:8080' } },
  });
  const address = listenAddress(values.listen);
  const dataFolder = dataFolderPath({ flag: values['data-dir'], env: process.env });
  const platform = await createPlatform({ dataFolder });
  const server = await serve({ platform, ...address });
  process.stdout.write(`serving ${dataFolder} at ${server.address}\n`);
  if ((await platform.tokens.list()).length === 0)
    process.stdout.write('nobody can ask yet: make a token with `cicd token create NAME --role viewer`\n');
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void server.close().then(() => platform.close()));
}

try {
  await main();
} catch (error) {
  if (!CicdError.isInstance(error)) throw error;
  process.stderr.write(
    `cicd-server: ${error.message} (${error.code})\n${error.hint === undefined ? '' : `  ${error.hint}\n`}`,
  );
  const row: ErrorCodeRow | undefined = errorCodes[error.code as keyof typeof errorCodes];
  process.exitCode = row?.exit ?? 1;
}
