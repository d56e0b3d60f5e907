/** What can be allowed. A route names the one that it needs; one without does not start. */
export const permissions = [
  'schema.read',
  'pipeline.validate',
  'run.read',
  'run.cancel',
  'token.manage',
  'audit.read',
] as const;
export type Permission = (typeof permissions)[number];

const reading = ['schema.read', 'pipeline.validate', 'run.read'] as const;
const developing = [...reading, 'run.cancel'] as const;

/** What each role may do. */
const grants = {
  viewer: reading,
  developer: developing,
  admin: permissions,
} as const satisfies Readonly<Record<string, readonly Permission[]>>;

export type Role = keyof typeof grants;
export const roles = Object.keys(grants) as readonly Role[];

/** Who asks. */
export interface Principal {
  /** As runs, votes and the audit trail name it: `token:ci-bot`. */
  readonly name: string;
  readonly role: Role;
  /** The one project that it may see; absent: all of the instance. */
  readonly project?: string;
}

/** What is of the whole instance: one that sees a single project has none of it. */
const ofInstance: readonly Permission[] = ['token.manage', 'audit.read'];

/**
 * Deny by default. Without an object: whether such a thing is allowed at all; with one: whether it is allowed on that,
 * which needs one that sees its project.
 */
export function permits(who: Principal, permission: Permission, object?: { readonly project: string }): boolean {
  const granted: readonly Permission[] = grants[who.role];
  if (!granted.includes(permission)) return false;
  if (who.project === undefined) return true;
  return !ofInstance.includes(permission) && (object === undefined || object.project === who.project);
}
