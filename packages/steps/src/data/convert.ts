import type { Json } from '@cicd/plugin';

export const conversions = ['string', 'integer', 'number', 'boolean', 'json', 'parsed_json'] as const;
export type Conversion = (typeof conversions)[number];

const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/** The value in another type, or undefined where none of its kind stands for it. */
export function convert(value: Json, to: Conversion): Json | undefined {
  switch (to) {
    case 'string':
      return typeof value === 'object' ? undefined : String(value);
    case 'number':
    case 'integer': {
      const number = typeof value === 'string' && decimal.test(value.trim()) ? Number(value) : value;
      if (typeof number !== 'number' || !Number.isFinite(number)) return undefined;
      return to === 'number' || Number.isSafeInteger(number) ? number : undefined;
    }
    case 'boolean':
      if (typeof value === 'boolean') return value;
      return value === 'true' || value === 'false' ? value === 'true' : undefined;
    case 'json':
      return JSON.stringify(value);
    case 'parsed_json':
      return typeof value === 'string' ? parsed(value) : undefined;
  }
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // The caller says what is wrong with the value, and where.
    return undefined;
  }
}

/** A value in a sentence: short, and of its type. */
export function shown(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'a map';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
