export { capabilityName } from './capability.ts';
export { checkPrivileges } from './check-privileges.ts';
export { grantsNothing, type GrantPolicy, type PrivilegeAsker } from './grant-policy.ts';
export {
  asksForNothing,
  noPrivileges,
  privilegeNames,
  type HostDevice,
  type HostMount,
  type Privileges,
} from './privileges.ts';
export { PrivilegesField, readPrivileges, type WrittenPrivileges } from './privileges-field.ts';
