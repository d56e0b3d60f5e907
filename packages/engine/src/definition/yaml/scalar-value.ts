import {
  boolCoreTag,
  floatCoreTag,
  getScalarValue,
  intCoreTag,
  NOT_RESOLVED,
  nullCoreTag,
  SCALAR_STYLE,
  type ScalarEvent,
} from 'js-yaml';

type ScalarValue = null | boolean | number | string;

/** The core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema): `on`, `yes` and dates are text. */
const coreTags = [nullCoreTag, boolCoreTag, intCoreTag, floatCoreTag].map((tag) => ({
  tag,
  firstCharacters: tag.implicitFirstChars === null ? undefined : new Set(tag.implicitFirstChars),
}));

/** What a scalar means. */
export function scalarValue(text: string, event: ScalarEvent): ScalarValue {
  const value = getScalarValue(text, event);
  if (event.style !== SCALAR_STYLE.PLAIN) return value;
  for (const { tag, firstCharacters } of coreTags) {
    if (firstCharacters !== undefined && !firstCharacters.has(value.charAt(0))) continue;
    const resolved: ScalarValue | typeof NOT_RESOLVED = tag.resolve(value, false, tag.tagName);
    if (resolved !== NOT_RESOLVED) return resolved;
  }
  return value;
}

/** Offset in the file of a scalar's first character, its quote or `|` included. */
export function scalarStart(text: string, event: ScalarEvent, emptyAt: number): number {
  const { style, valueStart } = event;
  if (valueStart < 0) return emptyAt;
  if (style === SCALAR_STYLE.SINGLE_QUOTED || style === SCALAR_STYLE.DOUBLE_QUOTED) return valueStart - 1;
  if (style === SCALAR_STYLE.PLAIN) return valueStart;
  const headerEnd = text.charCodeAt(valueStart - 2) === 13 ? valueStart - 2 : valueStart - 1;
  const headerStart = Math.max(text.lastIndexOf('\n', headerEnd - 1), text.lastIndexOf('\r', headerEnd - 1)) + 1;
  return headerStart + text.slice(headerStart, headerEnd).search(/[|>][-+0-9]*[ \t]*(#.*)?$/);
}
