import { createHash } from 'node:crypto';
import { createReadStream, lstatSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { readSourceQuestion } from '@cicd/engine';
import type { JsonObject } from '@cicd/plugin';
import picomatch from 'picomatch';
import { changedFiles, type ChangedFiles } from './changed-files.ts';
import type { Project } from './project.ts';

/** The source as it is asked: its folder, and the files that the run sees of it. */
export interface AskedSource {
  readonly project: Project;
  readonly files: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/** What `source.prepared` records of the answers. Nothing when nothing was asked. */
export interface SourceAnswers {
  readonly answers?: JsonObject;
  /** The commit with which `changed` compares. */
  readonly changed_since?: string;
}

/**
 * Answers what the expressions of a plan ask about the source. `changed` is true where nobody knows what has changed.
 * `hash_files` has no answer when no file fits: the step that asks says so.
 */
export async function answerQuestions(questions: readonly string[], source: AskedSource): Promise<SourceAnswers> {
  if (questions.length === 0) return {};
  const asked = questions.map((name) => ({ name, ...readSourceQuestion(name) }));
  const { project, signal } = source;
  const isAskedForChanges = asked.some(({ function: each }) => each === 'changed');
  const changes = isAskedForChanges && project.isGit ? await changedFiles(project.folder, signal) : undefined;
  const answers: Record<string, string | boolean> = {};
  for (const { name, function: each, patterns } of asked) {
    const answer = each === 'changed' ? isChanged(changes, patterns) : await hashOfFiles(source, patterns);
    if (answer !== undefined) answers[name] = answer;
  }
  return { answers, ...(changes && { changed_since: changes.base }) };
}

/** A name that begins with a dot is a file like others. */
const matcher = (patterns: readonly string[]) => picomatch([...patterns], { dot: true, nonegate: true });

function isChanged(changes: ChangedFiles | undefined, patterns: readonly string[]): boolean {
  if (!changes) return true;
  const fits = matcher(patterns);
  return [...changes.files].some((file) => fits(file));
}

/** SHA-256 over names and contents, in the order of the names; of a link what it says. */
async function hashOfFiles({ project, files, signal }: AskedSource, patterns: readonly string[]) {
  const fits = matcher(patterns);
  const found = files.filter((file) => fits(file)).toSorted();
  if (found.length === 0) return undefined;
  const all = createHash('sha256');
  for (const file of found)
    all.update(JSON.stringify([file, await hashOfFile(path.join(project.folder, file), signal)]));
  return all.digest('hex');
}

async function hashOfFile(file: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  if (lstatSync(file).isSymbolicLink()) return hash.update(`link ${readlinkSync(file)}`).digest('hex');
  await pipeline(createReadStream(file), hash, signal ? { signal } : {});
  return hash.digest('hex');
}
