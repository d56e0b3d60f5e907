export { createSecretVault, type SecretEntry, type SecretVault, type SecretVaultConfig } from './vault/secret-vault.ts';
export { vaultMigrations } from './vault/vault-migrations.ts';
