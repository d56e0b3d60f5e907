import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { StepFailure, type GitAddress, type GitCredentials } from '@cicd/plugin';
import type { ResolvedAddress } from '@cicd/steps';

/** Characters: more is no key and no password. */
const longest = 65_536;

/** Of the platform's environment: where to find programs, and which certificates are trusted. */
const passedOn = ['PATH', 'GIT_SSL_CAINFO', 'GIT_SSL_CAPATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR'] as const;

/** The whole environment of a Git process: no setting of the machine or of its user. */
export function plainEnvironment(home: string, outer: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const kept = passedOn.flatMap((name) => (outer[name] === undefined ? [] : [[name, outer[name]] as const]));
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    XDG_CONFIG_HOME: home,
    LC_ALL: 'C',
    GIT_CEILING_DIRECTORIES: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '/bin/false',
    SSH_ASKPASS: '/bin/false',
    GIT_SSH: '/bin/false',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_PROTOCOL_FROM_USER: '0',
    GIT_LFS_SKIP_SMUDGE: '1',
  };
}

/** Answers Git's questions from files, so that no secret is in an argument, a setting or an environment. */
const askPass = `#!/bin/sh
case "$1" in
  Username*) exec cat "$CICD_GIT_USERNAME" ;;
  *) exec cat "$CICD_GIT_PASSWORD" ;;
esac
`;

const ssh = `#!/bin/sh
exec ssh -F "$CICD_SSH_CONFIG" "$@"
`;

export interface Approach {
  readonly address: GitAddress;
  readonly judged: readonly ResolvedAddress[];
  readonly credentials: GitCredentials | undefined;
  /** Lines of known hosts that hold where the credentials bring none. */
  readonly knownHosts: string | undefined;
}

/**
 * The environment for one exchange with one server. What is secret is written to files in `folder`, which is to be removed
 * afterwards. Errors: `git.credentials_refused`, `git.host_key_refused`.
 */
export function approachEnvironment(folder: string, approach: Approach): Record<string, string> {
  const { address, credentials = {} } = approach;
  mkdirSync(folder, { mode: 0o700 });
  const write = (name: string, content: string, mode = 0o600): string => {
    const file = path.join(folder, name);
    writeFileSync(file, content, { mode });
    return file;
  };
  const common = { ...plainEnvironment(path.dirname(folder)), GIT_ALLOW_PROTOCOL: address.protocol };
  if (address.protocol !== 'ssh') {
    if (credentials.sshKey !== undefined) throw misfit(`\`ssh_key\` is for ssh, and ${address.url} is not`);
    const { username = 'git', password } = credentials;
    if (password === undefined) {
      if (credentials.username !== undefined) throw misfit('`username` stands without a `password`');
      return common;
    }
    return {
      ...common,
      GIT_ASKPASS: write('answer', askPass, 0o700),
      CICD_GIT_USERNAME: write('username', `${oneLine(username, 'username')}\n`),
      CICD_GIT_PASSWORD: write('password', `${oneLine(password, 'password')}\n`),
    };
  }
  if (credentials.password !== undefined || credentials.username !== undefined)
    throw misfit('`username` and `password` are for http; the user of ssh stands in the address');
  const knownHosts = checkLength(credentials.knownHosts ?? approach.knownHosts, 'known_hosts');
  if (knownHosts === undefined) throw unknownHost(address.host);
  const key = checkLength(credentials.sshKey, 'ssh_key');
  const config = sshConfig(approach, {
    knownHosts: write('known-hosts', `${knownHosts}\n`),
    key: key === undefined ? undefined : write('key', `${key.replaceAll('\r\n', '\n').trimEnd()}\n`),
  });
  return {
    ...common,
    GIT_SSH: write('ssh', ssh, 0o700),
    GIT_SSH_VARIANT: 'ssh',
    CICD_SSH_CONFIG: write('ssh-config', config),
  };
}

/** https://man.openbsd.org/ssh_config: all that counts of SSH's settings, for one host at one address. */
function sshConfig(
  { address, judged }: Approach,
  files: { readonly knownHosts: string; readonly key: string | undefined },
): string {
  const quoted = (file: string) => `"${file.replaceAll('%', '%%')}"`;
  const settings: Record<string, string | number> = {
    HostName: judged[0]?.address ?? '',
    HostKeyAlias: address.port === 22 ? address.host : `[${address.host}]:${address.port}`,
    UserKnownHostsFile: quoted(files.knownHosts),
    GlobalKnownHostsFile: '/dev/null',
    StrictHostKeyChecking: 'yes',
    UpdateHostKeys: 'no',
    CheckHostIP: 'no',
    VerifyHostKeyDNS: 'no',
    IdentityFile: files.key === undefined ? 'none' : quoted(files.key),
    IdentitiesOnly: 'yes',
    IdentityAgent: 'none',
    PreferredAuthentications: 'publickey',
    BatchMode: 'yes',
    ProxyCommand: 'none',
    PermitLocalCommand: 'no',
    ForwardAgent: 'no',
    ForwardX11: 'no',
    ClearAllForwardings: 'yes',
    ControlMaster: 'no',
    ControlPath: 'none',
    CanonicalizeHostname: 'no',
    RequestTTY: 'no',
    ConnectTimeout: 30,
    ServerAliveInterval: 15,
    ServerAliveCountMax: 4,
  };
  return `Host *\n${Object.entries(settings)
    .map(([name, value]) => `  ${name} ${value}\n`)
    .join('')}`;
}

function checkLength(text: string | undefined, name: string): string | undefined {
  if (text !== undefined && (text.length > longest || text.includes('\0')))
    throw misfit(`\`${name}\` is longer than ${longest} characters, or holds a zero byte`);
  return text;
}

/** Secrets from files end with a line feed that is not part of them. */
function oneLine(text: string, name: string): string {
  const line = text.replace(/\r?\n$/, '');
  if (line.length > longest || /[\r\n\0]/.test(line)) throw misfit(`\`${name}\` has more than one line`);
  return line;
}

const misfit = (what: string) =>
  new StepFailure({
    code: 'git.credentials_refused',
    message: what,
    hint: 'http takes `username` and `password`, ssh takes `ssh_key` and `known_hosts`.',
  });

const unknownHost = (host: string) =>
  new StepFailure({
    code: 'git.host_key_refused',
    message: `the key of ${host} is not known: nothing would tell it from a server that claims its name`,
    hint: 'Write its line under `credentials.known_hosts`, or let the operator set `git.known_hosts`.',
  });
