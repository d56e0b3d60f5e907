import { StepFailure } from '../errors/step-failure.ts';

/** Where a repository is. */
export interface GitAddress {
  readonly protocol: 'http' | 'https' | 'ssh';
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
  /** For SSH. */
  readonly user?: string;
  /** As Git is to be told. */
  readonly url: string;
}

const longest = 2_048;
const hostPattern = String.raw`[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?`;
const userPattern = String.raw`[A-Za-z0-9_][\w.-]*`;
const ports = { http: 80, https: 443, ssh: 22 } as const;

const scpForm = new RegExp(`^(?<user>${userPattern})@(?<host>${hostPattern}):(?<path>[^-].*)$`);
const sshHost = new RegExp(`^(?:${hostPattern}|\\[[0-9A-Fa-f:.]+\\])$`);
const sshUser = new RegExp(`^${userPattern}$`);
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const control = /[\u0000-\u0020\u007f-\u009f\\]/;

/** Reads the address of a repository: http, https, ssh, or `user@host:path`. Errors: `git.address_refused`. */
export function parseGitAddress(text: string): GitAddress {
  if (text.length > longest) throw refused(text, `is longer than ${longest} characters`);
  if (control.test(text)) throw refused(text, 'holds a space, a backslash or a control character');
  const scp = scpForm.exec(text)?.groups;
  if (scp) return { protocol: 'ssh', host: scp['host'] ?? '', port: 22, user: scp['user'] ?? '', url: text };
  const protocol = /^(https?|ssh):\/\/[^/]/i.exec(text)?.[1]?.toLowerCase() as GitAddress['protocol'] | undefined;
  if (protocol === undefined || !URL.canParse(text)) throw refused(text, 'is no address of http, https or ssh');
  const url = new URL(text);
  if (url.password !== '') throw refused(text.replace(/\/\/.*@/, '//…@'), 'holds a password');
  if (url.search !== '' || url.hash !== '') throw refused(text, 'has more than a path');
  if (!/^\/[^-]/.test(url.pathname) || hasHiddenControl(url.pathname)) throw refused(text, 'has no usable path');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? ports[protocol] : Number(url.port);
  if (protocol !== 'ssh') {
    if (url.username !== '') throw refused(text.replace(/\/\/.*@/, '//…@'), 'holds a user name');
    return { protocol, host, port, url: url.href };
  }
  if (!sshHost.test(url.hostname)) throw refused(text, 'has no usable host');
  if (!sshUser.test(url.username)) throw refused(text, 'names no user');
  return { protocol, host, port, user: url.username, url: url.href };
}

/** Git decodes what is encoded in a path. */
function hasHiddenControl(path: string): boolean {
  try {
    return control.test(decodeURIComponent(path).replaceAll(' ', ''));
  } catch {
    return true; // no encoding of anything
  }
}

const refused = (text: string, why: string): StepFailure =>
  new StepFailure({
    code: 'git.address_refused',
    message: `The address ${JSON.stringify(text.slice(0, 200))} ${why}.`,
    hint: 'Write https://host/path, ssh://user@host/path or user@host:path; credentials stand under `credentials`.',
  });
