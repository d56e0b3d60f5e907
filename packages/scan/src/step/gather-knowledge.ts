import { parseDuration, StepFailure, type KnowledgeCopy, type StepContext, type Workspace } from '@cicd/plugin';
import { plainLine } from '../finding/plain-text.ts';
import type { ScanSettings } from './scan-settings.ts';
import { describeAge } from './tell-findings.ts';

/**
 * Puts rule packs or a database, as the platform has them, where the scanner reads them: `folder` below `/inputs`. Fails at
 * once where one is missing. Returns what the result says of it.
 *
 * Errors: `scan.knowledge_missing`, `scan.knowledge_outdated`.
 */
export async function gatherKnowledge(
  ctx: StepContext<Pick<ScanSettings, 'max_age'>>,
  inputs: Workspace,
  wanted: readonly { readonly name: string; readonly folder: string }[],
): Promise<readonly { readonly name: string; readonly version: string }[]> {
  const maxAge = ctx.config.max_age;
  const found: { readonly copy: KnowledgeCopy; readonly folder: string }[] = [];
  for (const { name, folder } of wanted) {
    const copy = await ctx.knowledge.get(name);
    if (!copy) throw missing(name, ctx.knowledge.place);
    if (maxAge !== undefined && ageOf(copy, ctx) > parseDuration(maxAge))
      throw outdated(copy, ageOf(copy, ctx), maxAge);
    found.push({ copy, folder });
  }
  for (const { copy, folder } of found) {
    await inputs.copyIn(await copy.archive(), `/workspace/${folder}`, { signal: ctx.signal });
    await ctx.log.info(`${copy.name}: ${plainLine(copy.version, 80)}, ${describeAge(ageOf(copy, ctx))} old`);
  }
  return found.map(({ copy: { name, version } }) => ({ name, version }));
}

const ageOf = ({ updatedAt }: KnowledgeCopy, { clock }: Pick<StepContext, 'clock'>): number =>
  Math.max(0, clock.now() - Date.parse(updatedAt));

const outdated = ({ name, updatedAt }: KnowledgeCopy, age: number, maxAge: string): StepFailure =>
  new StepFailure({
    code: 'scan.knowledge_outdated',
    message: `${name} is ${describeAge(age)} old, and may be ${maxAge}`,
    hint: 'Put a newer copy of it in its place, or raise max_age.',
    details: { name, updated_at: updatedAt },
  });

const missing = (name: string, place: string | undefined): StepFailure =>
  new StepFailure({
    code: 'scan.knowledge_missing',
    message: `${name.startsWith('p/') ? 'the rule pack' : 'the database of'} ${name} is not there, and a scan reaches no network to get it`,
    hint: `${place === undefined ? 'Give the platform a copy of it' : `Put a copy of it into ${place}`}, or name files of the workspace.`,
    details: { name },
  });
