import { readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../../..');

/** A block of YAML on a page, as a pipeline file. */
export interface DocumentedPipeline {
  /** Page and line. */
  readonly title: string;
  readonly yaml: string;
  /** Codes of the problems it is shown for; none where it is right. */
  readonly codes: readonly string[];
  /** Whether it is run, with the defaults of its inputs. */
  readonly isRun: boolean;
}

/**
 * The blocks of a page that begin with `yaml` (right), `yaml run` (right, and ends well), or `yaml invalid` (its first
 * line is a comment with the codes of its problems).
 */
export function documentedPipelines(page: string): readonly DocumentedPipeline[] {
  const text = readFileSync(path.join(root, page), 'utf8');
  return [...text.matchAll(/^```yaml(.*)\n([^]*?)^```$/gm)].map((match) => {
    const [, kind = '', yaml = ''] = match;
    const line = text.slice(0, match.index).split('\n').length;
    if (!['', ' run', ' invalid'].includes(kind)) throw new Error(`${page}:${line} begins with yaml${kind}`);
    return {
      title: `${page}:${line}`,
      yaml: wholeFile(yaml),
      codes: kind === ' invalid' ? (/^# (.+)\n/.exec(yaml)?.[1] ?? 'the first line names no code').split(' ') : [],
      isRun: kind === ' run',
    };
  });
}

/** A list of steps is a pipeline without its head. */
const wholeFile = (yaml: string) => (yaml.startsWith('- ') ? `defaults: { image: busybox }\nsteps:\n${yaml}` : yaml);
