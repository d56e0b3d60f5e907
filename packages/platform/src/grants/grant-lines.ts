import type { PrivilegeAsker, Privileges } from '@cicd/plugin';

/** The lines of `settings.yaml` that would grant this. */
export function grantLines(missing: Privileges, { project, pipeline }: PrivilegeAsker): string {
  const quoted = (text: string) => (/^[\w./-]+$/.test(text) ? text : JSON.stringify(text));
  return [
    'grants:',
    `  - project: ${quoted(project)}`,
    `    pipeline: ${quoted(pipeline)}`,
    ...(missing.privileged ? ['    privileged: true'] : []),
    ...(missing.hostNetwork ? ['    host_network: true'] : []),
    ...(missing.engineSocket ? ['    engine_socket: true'] : []),
    ...entries('mounts', missing.mounts, ({ source, access }) => `{ path: ${quoted(source)}, access: ${access} }`),
    ...entries('devices', missing.devices, ({ path, access }) => `{ path: ${quoted(path)}, access: ${access} }`),
    ...entries('capabilities', missing.capabilities, (name) => name),
  ].join('\n');
}

const entries = <Item>(name: string, items: readonly Item[], write: (item: Item) => string): readonly string[] =>
  items.length === 0 ? [] : [`    ${name}: [${items.map(write).join(', ')}]`];
