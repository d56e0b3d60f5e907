import type { annotations } from '@cicd/plugin';
import { typesOf } from './expectation.ts';
import type { DocumentPath } from '../document-path.ts';

export type Annotation = (typeof annotations)[number];

/** One scalar of a configuration, with what its schema says about it. */
export interface AnnotatedValue {
  readonly path: DocumentPath;
  readonly value: unknown;
  /** `x-cicd` of its schema, or of a map around it. */
  readonly annotations: ReadonlySet<Annotation>;
  /** JSON types that its place accepts; empty = any. */
  readonly types: readonly string[];
}

type SchemaLike = Readonly<Record<string, unknown>>;

const none: ReadonlySet<Annotation> = new Set();

/** Called for every scalar, and for every key of a map. */
interface AnnotatedVisitor {
  value(found: AnnotatedValue): void;
  key(path: DocumentPath, key: string): void;
}

/** Visits a configuration beside the schemas that describe it, in the order of the file; steps inside it are none of it. */
export function visitAnnotated(schema: unknown, value: unknown, path: DocumentPath, visitor: AnnotatedVisitor): void {
  visitUnder(applicable([schema]), value, path, none, visitor);
}

function visitUnder(
  schemas: readonly SchemaLike[],
  value: unknown,
  path: DocumentPath,
  inherited: ReadonlySet<Annotation>,
  visitor: AnnotatedVisitor,
): void {
  const annotations = annotationsOf(schemas, inherited);
  if (annotations.has('steps')) return;
  if (Array.isArray(value)) {
    const items = applicable(schemas.map((schema) => schema['items']));
    value.forEach((item, index) => visitUnder(items, item, [...path, index], annotations, visitor));
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      visitor.key([...path, key], key);
      visitUnder(propertySchemas(schemas, key), child, [...path, key], annotations, visitor);
    }
  } else {
    // A scalar in place of a list stands for all its items.
    const items = applicable(schemas.map((schema) => schema['items']));
    visitor.value({ path, value, annotations: annotationsOf(items, annotations), types: acceptedTypes(schemas) });
  }
}

function annotationsOf(schemas: readonly SchemaLike[], inherited: ReadonlySet<Annotation>): ReadonlySet<Annotation> {
  const own = schemas.flatMap((schema) =>
    typeof schema['x-cicd'] === 'string' ? [schema['x-cicd'] as Annotation] : [],
  );
  return own.length === 0 ? inherited : new Set([...inherited, ...own]);
}

function propertySchemas(schemas: readonly SchemaLike[], key: string): readonly SchemaLike[] {
  return applicable(
    schemas.flatMap((schema) => {
      const properties = schema['properties'] as SchemaLike | undefined;
      if (properties !== undefined && Object.hasOwn(properties, key)) return [properties[key]];
      const patterns = Object.entries((schema['patternProperties'] ?? {}) as SchemaLike).filter(([pattern]) =>
        new RegExp(pattern, 'u').test(key),
      );
      return patterns.length > 0 ? patterns.map(([, child]) => child) : [schema['additionalProperties']];
    }),
  );
}

/** The schemas themselves with the branches of their unions. */
function applicable(candidates: readonly unknown[]): readonly SchemaLike[] {
  return candidates.flatMap((candidate) => {
    if (typeof candidate !== 'object' || candidate === null) return [];
    const schema = candidate as SchemaLike;
    const branches = [schema['anyOf'], schema['oneOf'], schema['allOf']].flatMap((list) =>
      Array.isArray(list) ? list : [],
    );
    return branches.length === 0 ? [schema] : [schema, ...applicable(branches)];
  });
}

function acceptedTypes(schemas: readonly SchemaLike[]): readonly string[] {
  const leaves = schemas.filter((schema) => !['anyOf', 'oneOf', 'allOf'].some((keyword) => keyword in schema));
  const types = leaves.map(typesOf);
  return types.some((each) => each.length === 0) ? [] : [...new Set(types.flat())];
}
