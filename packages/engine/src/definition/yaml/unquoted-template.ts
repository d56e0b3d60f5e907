import { COLLECTION_STYLE, EVENT_ID, SCALAR_STYLE, CHOMPING_MODE, type Event } from 'js-yaml';
import type { YamlProblem } from './yaml-problem.ts';

/**
 * `image: {{ .Version }}` is a map with a map as its key to YAML. Somebody meant a template: say so once, and read
 * it as the text that it should have been, so that nothing else of the file is reported wrongly.
 */
export function quoteTemplates(
  text: string,
  events: readonly Event[],
): { readonly events: readonly Event[]; readonly problems: readonly YamlProblem[] } {
  const problems: YamlProblem[] = [];
  const result: Event[] = [];
  for (let at = 0; at < events.length; at += 1) {
    const event = events[at];
    if (event === undefined) break;
    if (
      event.type !== EVENT_ID.MAPPING ||
      event.style !== COLLECTION_STYLE.FLOW ||
      !text.startsWith('{{', event.start)
    ) {
      result.push(event);
      continue;
    }
    at = closingEvent(events, at);
    const close = text.indexOf('}}', event.start);
    const end = close < 0 ? text.length : close + 2;
    const written = text.slice(event.start, end);
    problems.push({
      code: 'pipeline.template_not_quoted',
      offset: event.start,
      message: `\`${written.slice(0, 60)}\` without quotes is a map to YAML`,
      hint: `Put it in quotes: '${written.slice(0, 60).replaceAll("'", "''")}'`,
    });
    result.push({
      type: EVENT_ID.SCALAR,
      valueStart: event.start,
      valueEnd: end,
      anchorStart: -1,
      anchorEnd: -1,
      tagStart: -1,
      tagEnd: -1,
      style: SCALAR_STYLE.PLAIN,
      chomping: CHOMPING_MODE.CLIP,
      indent: -1,
      fast: false,
    });
  }
  return { events: result, problems };
}

/** Index of the event that closes the collection which `at` opens. */
function closingEvent(events: readonly Event[], at: number): number {
  let depth = 0;
  for (let index = at; index < events.length; index += 1) {
    const type = events[index]?.type;
    if (type === EVENT_ID.SEQUENCE || type === EVENT_ID.MAPPING) depth += 1;
    else if (type === EVENT_ID.POP && --depth === 0) return index;
  }
  return events.length;
}
