// Rotates until it is killed.
import { openDatabase } from '@cicd/database';
import { createSecretVault, vaultMigrations } from '../src/index.ts';

const [, , file = '', keyFolder = ''] = process.argv;
const database = await openDatabase({ file, migrations: [...vaultMigrations] });
const vault = createSecretVault({ database, keyFolder, clock: Date });
for (;;) {
  await vault.rotateKey();
  process.send?.('rotated');
}
