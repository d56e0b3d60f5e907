import type { ExpressionSegment, TemplateSegment } from '../template-scanner.ts';

/** A command as the shell will read it, unit by unit; a template is one unit, the empty text. */
export interface CommandText {
  readonly units: readonly string[];
  /** Where each unit stands in the text as written; one more for the end. */
  readonly offsets: readonly number[];
  /** Unit → template. */
  readonly templates: ReadonlyMap<number, ExpressionSegment>;
}

export function commandText(segments: readonly TemplateSegment[], length: number): CommandText {
  const units: string[] = [];
  const offsets: number[] = [];
  const templates = new Map<number, ExpressionSegment>();
  for (const segment of segments) {
    if (segment.kind === 'expression') {
      templates.set(units.length, segment);
      units.push('');
      offsets.push(segment.offset);
    } else {
      const isVerbatim = segment.text.length === segment.end - segment.offset;
      for (let at = 0; at < segment.text.length; at += 1) {
        units.push(segment.text.charAt(at));
        offsets.push(isVerbatim ? segment.offset + at : segment.offset);
      }
    }
  }
  return { units, offsets: [...offsets, length], templates };
}
