import { StepFailure, type KnowledgeCopy, type StepContext, type Workspace } from '@cicd/plugin';
import { plainLine } from '../finding/plain-text.ts';
import { describeAge } from './tell-findings.ts';

/**
 * Puts rule packs or a database, as the platform has them, where the scanner reads them: `folder` below `/inputs`. Fails at
 * once where one is missing. Returns what the result says of it.
 *
 * Errors: `scan.knowledge_missing`.
 */
export async function gatherKnowledge(
  ctx: StepContext,
  inputs: Workspace,
  wanted: readonly { readonly name: string; readonly folder: string }[],
): Promise<readonly { readonly name: string; readonly version: string }[]> {
  const found: { readonly copy: KnowledgeCopy; readonly folder: string }[] = [];
  for (const { name, folder } of wanted) {
    const copy = await ctx.knowledge.get(name);
    if (!copy) throw missing(name, ctx.knowledge.place);
    found.push({ copy, folder });
  }
  for (const { copy, folder } of found) {
    await inputs.copyIn(await copy.archive(), `/workspace/${folder}`, { signal: ctx.signal });
    const age = describeAge(Math.max(0, ctx.clock.now() - Date.parse(copy.updatedAt)));
    await ctx.log.info(`${copy.name}: ${plainLine(copy.version, 80)}, ${age} old`);
  }
  return found.map(({ copy: { name, version } }) => ({ name, version }));
}

const missing = (name: string, place: string | undefined): StepFailure =>
  new StepFailure({
    code: 'scan.knowledge_missing',
    message: `${name.startsWith('p/') ? 'the rule pack' : 'the database of'} ${name} is not there, and a scan reaches no network to get it`,
    hint: `${place === undefined ? 'Give the platform a copy of it' : `Put a copy of it into ${place}`}, or name files of the workspace.`,
    details: { name },
  });
