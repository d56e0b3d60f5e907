import type { ScalarEvent } from 'js-yaml';
import type { Json } from '@cicd/plugin';

interface YamlNodeBase {
  /** Offset of its first character: a quote, a bracket, a block's `|`. */
  readonly start: number;
  /** Nodes below and including this one, aliases counted as what they stand for. */
  size: number;
  /** Levels of collections below and including this one. */
  height: number;
}

export interface YamlScalar extends YamlNodeBase {
  readonly kind: 'scalar';
  readonly value: null | boolean | number | string;
  /** Absent where the text was put right by the reader. */
  readonly event?: ScalarEvent;
}

export interface YamlSequence extends YamlNodeBase {
  readonly kind: 'sequence';
  readonly value: Json[];
  readonly items: YamlNode[];
}

export interface YamlMapping extends YamlNodeBase {
  readonly kind: 'mapping';
  readonly value: Record<string, Json>;
  readonly entries: Map<string, YamlEntry>;
}

interface YamlEntry {
  readonly keyStart: number;
  readonly node: YamlNode;
}

export type YamlNode = YamlScalar | YamlSequence | YamlMapping;
