import path from 'node:path';
import type { Problem } from '../errors/problem.ts';
import { capabilityName } from './capability.ts';
import type { Privileges } from './privileges.ts';

/** Places of a container that are its own, or the platform's. */
const reserved = ['/proc', '/sys', '/dev', '/run/cicd', '/workspace', '/var/run/docker.sock', '/run/docker.sock'];

/** What is wrong with privileges whoever may grant them: `grant.invalid`, with paths relative to the field. */
export function checkPrivileges({ mounts, devices, capabilities }: Privileges): readonly Problem[] {
  const targets = new Set<string>();
  return [
    ...mounts.flatMap(({ source, target }, index) => [
      ...pathProblems(source, `mounts[${index}].source`),
      ...targetProblems(target, `mounts[${index}].target`, targets),
    ]),
    ...devices.flatMap(({ path: device, target }, index) => [
      ...pathProblems(device, `devices[${index}].path`),
      ...(isDevicePlace(target) ? pathProblems(target, `devices[${index}].target`) : notDevice(target, index)),
    ]),
    ...capabilities.flatMap((name, index) =>
      capabilityName(name) !== undefined
        ? []
        : [
            problem(
              `capabilities[${index}]`,
              `${JSON.stringify(name)} is no single capability of Linux`,
              'Write one such as NET_ADMIN; all of them at once are `privileged`.',
            ),
          ],
    ),
  ];
}

function pathProblems(written: string, at: string): readonly Problem[] {
  if (!written.startsWith('/'))
    return [problem(at, `${JSON.stringify(written)} is not absolute`, 'Begin it with `/`.')];
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(written))
    return [problem(at, 'the path holds a control character', 'Write it without.')];
  return [];
}

function targetProblems(target: string, at: string, seen: Set<string>): readonly Problem[] {
  const problems = pathProblems(target, at);
  if (problems.length > 0) return problems;
  const normal = path.posix.normalize(target).replace(/\/+$/, '');
  const isInside = (outer: string, inner: string) => inner === outer || inner.startsWith(`${outer}/`);
  if (target.split('/').includes('..'))
    return [problem(at, 'a place in the container climbs with ".."', 'Write where it leads.')];
  if (normal === '' || reserved.some((place) => isInside(place, normal) || isInside(normal, place)))
    return [problem(at, `${target} is the container's own place`, 'Choose another one, such as /mnt/cache.')];
  if (seen.has(normal)) return [problem(at, `two mounts lead to ${normal}`, 'Give each a place of its own.')];
  seen.add(normal);
  return [];
}

const isDevicePlace = (target: string) =>
  /^\/dev\/[^/]/.test(path.posix.normalize(target)) && !target.split('/').includes('..');

const notDevice = (target: string, index: number): readonly Problem[] => [
  problem(
    `devices[${index}].target`,
    `${JSON.stringify(target)} is no place for a device`,
    'Devices lie in /dev/ of the container: write `target: /dev/NAME`.',
  ),
];

const problem = (at: string, message: string, hint: string): Problem => ({
  code: 'grant.invalid',
  severity: 'error',
  message,
  hint,
  path: at,
});
