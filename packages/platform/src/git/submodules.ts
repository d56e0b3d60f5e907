import { StepFailure } from '@cicd/plugin';

/** Path → URL, from `git config --null --list` of a `.gitmodules`; the last word on a path counts. */
export function readSubmodules(listing: string): ReadonlyMap<string, string> {
  const modules = new Map<string, { path?: string; url?: string }>();
  for (const record of listing.split('\0')) {
    const [key = '', value = ''] = [record.slice(0, record.indexOf('\n')), record.slice(record.indexOf('\n') + 1)];
    const parts = /^submodule\.(.+)\.(path|url)$/s.exec(key);
    if (!parts) continue;
    const [, name = '', field = ''] = parts;
    modules.set(name, { ...modules.get(name), [field]: value });
  }
  return new Map(
    [...modules.values()].flatMap(({ path, url }) => (path === undefined || url === undefined ? [] : [[path, url]])),
  );
}

/** The address of a submodule; one that begins with `./` or `../` is relative to its parent's, as Git reads it. */
export function submoduleAddress(parent: string, url: string): string {
  if (!/^\.\.?\//.test(url)) return url;
  const [, origin = '', path = ''] = /^([a-z]+:\/\/[^/]+\/|[^/:]+@[^/:]+:)(.*)$/s.exec(parent) ?? [];
  const segments = path.replace(/\/+$/, '').split('/');
  for (const segment of url.split('/')) {
    if (segment === '.' || segment === '') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) throw submoduleRefused(url, 'climbs out of its server');
  }
  return `${origin}${segments.join('/')}`;
}

export const submoduleRefused = (what: string, why: string): StepFailure =>
  new StepFailure({
    code: 'git.submodule_refused',
    message: `the submodule ${JSON.stringify(what.slice(0, 200))} ${why}`,
    hint: 'Look at `.gitmodules` of the repository, or fetch it without `submodules`.',
  });
