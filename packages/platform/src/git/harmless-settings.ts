import type { GitAddress } from '@cicd/plugin';
import type { ResolvedAddress } from '@cicd/steps';

/** What a setting of a repository, or a default of Git's, must not decide. */
const always: readonly string[] = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.attributesFile=/dev/null',
  'core.excludesFile=/dev/null',
  'core.autocrlf=false',
  'core.symlinks=true',
  'core.protectHFS=true',
  'core.protectNTFS=true',
  'core.alternateRefsCommand=',
  'credential.helper=',
  'protocol.allow=never',
  'submodule.recurse=false',
  'fetch.recurseSubmodules=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'advice.detachedHead=false',
  // Everything that arrives is examined before it becomes part of a repository, and stays one file.
  'transfer.fsckObjects=true',
  'fetch.fsckObjects=true',
  'fetch.unpackLimit=1',
  // Old programs wrote these, and nothing bad comes of them.
  'fetch.fsck.zeroPaddedFilemode=ignore',
  'fetch.fsck.missingSpaceBeforeDate=ignore',
  'fetch.fsck.badTimezone=ignore',
  // No other place than the address says.
  'transfer.bundleURI=false',
  'http.followRedirects=false',
  'http.proxy=',
  'http.delegation=none',
  // Bytes a second, over so many seconds: less is a connection that does not live.
  'http.lowSpeedLimit=100',
  'http.lowSpeedTime=60',
];

const words = (settings: readonly string[]) => settings.flatMap((setting) => ['-c', setting]);

/** Options for work on the clone itself: no network. */
export const localSettings: readonly string[] = words(always);

/** Options for one exchange with one server, at the addresses that were judged. */
export function networkSettings(address: GitAddress, judged: readonly ResolvedAddress[]): readonly string[] {
  const { protocol, host, port } = address;
  const numbers = judged.map((each) => (each.family === 6 ? `[${each.address}]` : each.address));
  const isNumber = judged.some((each) => each.address === host);
  return words([
    ...always,
    `protocol.${protocol}.allow=always`,
    ...(protocol === 'ssh' || isNumber ? [] : [`http.curloptResolve=${host}:${port}:${numbers.join(',')}`]),
  ]);
}
