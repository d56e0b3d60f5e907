import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parsePipelineFile } from '@cicd/engine';
import { platformSteps } from '../src/index.ts';

const root = path.resolve(import.meta.dirname, '../../..');

/** The pipelines of a page: its YAML blocks. */
function pipelinesOf(page: string): { title: string; yaml: string }[] {
  const text = readFileSync(path.join(root, page), 'utf8');
  return [...text.matchAll(/^```yaml\n([^]*?)^```$/gm)].map((match) => ({
    title: `${page}:${text.slice(0, match.index).split('\n').length}`,
    yaml: match[1] ?? '',
  }));
}

describe.each(['README.md', 'docs/pipeline.md'])('%s', (page) => {
  it('shows pipelines', () => {
    expect(pipelinesOf(page).length).toBeGreaterThan(0);
  });

  it.each(pipelinesOf(page))('is right at $title', ({ yaml }) => {
    expect(parsePipelineFile(yaml, { file: page, registry: platformSteps() }).problems).toEqual([]);
  });
});

describe('examples', () => {
  it.each(['01-quickstart'])('%s has no problems', (name) => {
    const yaml = readFileSync(path.join(root, 'examples', name, 'cicd.yaml'), 'utf8');
    expect(parsePipelineFile(yaml, { file: name, registry: platformSteps() }).problems).toEqual([]);
  });
});
