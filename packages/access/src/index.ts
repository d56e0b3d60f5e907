export { accessMigrations } from './access-migrations.ts';
export type { AuditEntry } from './audit/audit-chain.ts';
export { createAuditTrail, recordAudit, type AuditTrail, type ListedAuditEntry } from './audit/audit-trail.ts';
export { permissions, permits, roles, type Permission, type Principal, type Role } from './roles.ts';
export { createTokenStore, type Actor, type NewToken, type TokenEntry, type TokenStore } from './tokens/token-store.ts';
