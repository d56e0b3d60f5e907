import { EVENT_ID, getScalarValue, type Event, type ScalarEvent } from 'js-yaml';
import { scalarStart, scalarValue } from './scalar-value.ts';
import type { YamlMapping, YamlNode, YamlScalar, YamlSequence } from './yaml-node.ts';
import type { YamlProblem } from './yaml-problem.ts';

/** What aliases may add, so that a small file cannot become a large document. */
const aliasLimits = { count: 100, nodes: 10_000 } as const;
export const maximumDepth = 64;

type Frame =
  | { readonly kind: 'document' }
  | { readonly kind: 'sequence'; readonly node: YamlSequence; readonly anchor: string | undefined }
  | {
      readonly kind: 'mapping';
      readonly node: YamlMapping;
      readonly anchor: string | undefined;
      key: { readonly text: string; readonly start: number } | undefined;
    };

/** Builds the one document of a text from the parser's events, with the place of everything in it. */
export function compose(
  text: string,
  events: readonly Event[],
  report: (problem: YamlProblem) => void,
): YamlNode | undefined {
  const frames: Frame[] = [];
  const anchors = new Map<string, YamlNode>();
  let root: YamlNode | undefined;
  let documents = 0;
  let aliases = 0;
  let aliasNodes = 0;
  let position = 0;

  const readProperties = (event: {
    readonly anchorStart: number;
    readonly anchorEnd: number;
    readonly tagStart: number;
    readonly tagEnd: number;
  }) => {
    if (event.tagStart >= 0) {
      report({
        code: 'pipeline.yaml_tag',
        offset: event.tagStart,
        message: `the YAML tag \`${text.slice(event.tagStart, event.tagEnd).slice(0, 40)}\` is not used in pipeline files`,
        hint: 'Remove it; put text that looks like a number in quotes.',
      });
    }
    return event.anchorStart < 0 ? undefined : text.slice(event.anchorStart, event.anchorEnd);
  };

  const addKey = (frame: Frame & { kind: 'mapping' }, node: YamlNode, keyText: string) => {
    if (node.kind !== 'scalar') {
      report({ code: 'pipeline.key_not_text', offset: node.start, message: 'a key must be text, not a list or a map' });
    } else if (node.value === '<<') {
      report({
        code: 'pipeline.merge_key',
        offset: node.start,
        message: 'merge keys (`<<`) are not part of YAML 1.2',
        hint: 'Write the keys out, or use an alias for a whole value.',
      });
    } else if (keyText === '__proto__') {
      report({ code: 'pipeline.key_not_text', offset: node.start, message: '`__proto__` cannot be a key' });
    } else if (typeof node.value === 'number' && String(node.value) !== keyText) {
      report({
        code: 'pipeline.key_not_text',
        offset: node.start,
        message: `the key \`${keyText}\` is read as the number ${node.value}`,
        hint: `Put it in quotes: '${keyText}'`,
      });
    }
    frame.key = { text: keyText, start: node.start };
  };

  const addEntry = (
    frame: Frame & { kind: 'mapping' },
    key: { readonly text: string; readonly start: number },
    node: YamlNode,
  ) => {
    if (frame.node.entries.has(key.text)) {
      report({
        code: 'pipeline.duplicate_key',
        offset: key.start,
        message: `the key \`${key.text}\` stands twice in the same map`,
        hint: 'Remove one, or rename it.',
      });
      return;
    }
    if (key.text === '<<' || key.text === '__proto__') return;
    frame.node.entries.set(key.text, { keyStart: key.start, node });
    frame.node.value[key.text] = node.value;
    grow(frame.node, node);
  };

  const add = (node: YamlNode, keyText = '') => {
    const frame = frames.at(-1);
    if (frame?.kind === 'sequence') {
      frame.node.items.push(node);
      frame.node.value.push(node.value);
      grow(frame.node, node);
    } else if (frame?.kind === 'mapping') {
      if (frame.key === undefined) return addKey(frame, node, keyText);
      addEntry(frame, frame.key, node);
      frame.key = undefined;
    } else {
      root = node;
    }
  };

  const addScalar = (event: ScalarEvent) => {
    const anchor = readProperties(event);
    const value = scalarValue(text, event);
    const start = scalarStart(text, event, position);
    if (
      typeof value === 'number' &&
      (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value)))
    ) {
      report({
        code: 'pipeline.number_not_exact',
        offset: start,
        message: `\`${text.slice(event.valueStart, event.valueEnd)}\` is no number that can be kept exactly`,
        hint: 'Put it in quotes if it is text.',
      });
    }
    const node: YamlScalar = { kind: 'scalar', value, start, event, size: 1, height: 0 };
    if (anchor !== undefined) anchors.set(anchor, node);
    position = event.valueStart < 0 ? position : event.valueEnd;
    add(node, getScalarValue(text, event));
  };

  const addAlias = (name: string, start: number) => {
    const node = anchors.get(name);
    position = start + name.length;
    const problem = (message: string, hint: string) => {
      report({ code: 'pipeline.alias_refused', offset: start - 1, message, hint });
      add({ kind: 'scalar', value: null, start: start - 1, size: 1, height: 0 });
    };
    aliases += 1;
    if (node === undefined)
      return problem(
        `the alias \`*${name}\` names no anchor before it`,
        `Mark the value that is meant with &${name}, and never alias a value inside itself.`,
      );
    aliasNodes += node.size;
    const depth = frames.length - 1 + node.height;
    if (aliases > aliasLimits.count || aliasNodes > aliasLimits.nodes || depth > maximumDepth) {
      return problem(
        'aliases make this document too large',
        `At most ${aliasLimits.count} aliases that stand for ${aliasLimits.nodes} values, nested ${maximumDepth} deep.`,
      );
    }
    add(node, node.kind === 'scalar' ? String(node.value) : '');
  };

  for (const event of events) {
    if (documents > 1) break;
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        documents += 1;
        if (documents > 1)
          report({
            code: 'pipeline.several_documents',
            offset: documentStart(text, position),
            message: 'a pipeline file holds one document',
            hint: 'Put several pipelines under `pipelines:`, or in files of their own.',
          });
        frames.push({ kind: 'document' });
        break;
      case EVENT_ID.SEQUENCE:
        position = event.start;
        frames.push({
          kind: 'sequence',
          anchor: readProperties(event),
          node: { kind: 'sequence', value: [], items: [], start: event.start, size: 1, height: 1 },
        });
        break;
      case EVENT_ID.MAPPING:
        position = event.start;
        frames.push({
          kind: 'mapping',
          anchor: readProperties(event),
          key: undefined,
          node: { kind: 'mapping', value: {}, entries: new Map(), start: event.start, size: 1, height: 1 },
        });
        break;
      case EVENT_ID.SCALAR:
        addScalar(event);
        break;
      case EVENT_ID.ALIAS:
        addAlias(text.slice(event.anchorStart, event.anchorEnd), event.anchorStart);
        break;
      case EVENT_ID.POP: {
        const frame = frames.pop();
        if (frame === undefined || frame.kind === 'document') break;
        if (frame.anchor !== undefined) anchors.set(frame.anchor, frame.node);
        add(frame.node);
        break;
      }
    }
  }
  return root;
}

function grow(parent: YamlSequence | YamlMapping, child: YamlNode): void {
  parent.size += child.size;
  parent.height = Math.max(parent.height, child.height + 1);
}

/** The line of the `---` (or of the directive) before the next document. */
function documentStart(text: string, after: number): number {
  const found = text.slice(after).search(/^(---|\.\.\.|%)/m);
  return found < 0 ? after : after + found;
}
