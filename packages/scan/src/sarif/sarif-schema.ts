import { Type, type Static } from 'typebox';

/**
 * SARIF 2.1.0 as far as it is read here; sections of the OASIS standard beside the names. Objects are open: the standard
 * has many more properties, and lets every one have `properties`. A `null` stands where Go and Java programs write
 * one for what is absent.
 */
const absent = <Schema extends Parameters<typeof Type.Optional>[0]>(schema: Schema) =>
  Type.Optional(Type.Union([schema, Type.Null()]));

/** 3.10 */
const Level = Type.Union([Type.Literal('none'), Type.Literal('note'), Type.Literal('warning'), Type.Literal('error')]);

/** 3.8 */
const Properties = Type.Object({
  'security-severity': Type.Optional(Type.Union([Type.String(), Type.Number(), Type.Null()])),
  tags: absent(Type.Array(Type.String())),
});

/** 3.11 and 3.12 */
const Message = Type.Object({
  text: absent(Type.String()),
  markdown: absent(Type.String()),
  id: absent(Type.String()),
});

/** 3.49 */
const Rule = Type.Object({
  id: Type.String({ minLength: 1 }),
  name: absent(Type.String()),
  shortDescription: absent(Message),
  fullDescription: absent(Message),
  helpUri: absent(Type.String()),
  help: absent(Message),
  defaultConfiguration: absent(Type.Object({ level: absent(Level) })),
  properties: absent(Properties),
});

/** 3.19 */
const Component = Type.Object({
  name: Type.String({ minLength: 1 }),
  version: absent(Type.String()),
  semanticVersion: absent(Type.String()),
  rules: absent(Type.Array(Rule)),
});

/** 3.28 and 3.29 */
const Location = Type.Object({
  physicalLocation: absent(
    Type.Object({
      artifactLocation: absent(Type.Object({ uri: absent(Type.String()), index: Type.Optional(Type.Integer()) })),
      region: absent(
        Type.Object({
          startLine: Type.Optional(Type.Integer({ minimum: 0 })),
          snippet: absent(Type.Object({ text: absent(Type.String()) })),
        }),
      ),
    }),
  ),
  message: absent(Message),
});

/** 3.35 */
const Suppression = Type.Object({
  kind: absent(Type.String()),
  status: absent(Type.String()),
  justification: absent(Type.String()),
});

/** 3.27 */
const Result = Type.Object({
  ruleId: absent(Type.String()),
  ruleIndex: Type.Optional(Type.Integer({ minimum: -1 })),
  rule: absent(
    Type.Object({
      id: absent(Type.String()),
      index: Type.Optional(Type.Integer({ minimum: -1 })),
      toolComponent: absent(Type.Object({ index: Type.Optional(Type.Integer({ minimum: -1 })) })),
    }),
  ),
  kind: absent(Type.String()),
  level: absent(Level),
  message: Message,
  locations: absent(Type.Array(Location)),
  partialFingerprints: absent(Type.Record(Type.String(), Type.String())),
  suppressions: absent(Type.Array(Suppression)),
  properties: absent(Properties),
});

/** 3.58 */
const Notification = Type.Object({ level: absent(Level), message: absent(Message) });

/** 3.20 */
const Invocation = Type.Object({
  executionSuccessful: Type.Optional(Type.Boolean()),
  toolExecutionNotifications: absent(Type.Array(Notification)),
  toolConfigurationNotifications: absent(Type.Array(Notification)),
});

/** 3.14 */
const Run = Type.Object({
  tool: Type.Object({ driver: Component, extensions: absent(Type.Array(Component)) }),
  invocations: absent(Type.Array(Invocation)),
  artifacts: absent(Type.Array(Type.Object({ location: absent(Type.Object({ uri: absent(Type.String()) })) }))),
  // Required here: a run without results says that it looked for none (3.14.23).
  results: Type.Array(Result),
});

/** 3.13 */
export const SarifSchema = Type.Object({ version: Type.Literal('2.1.0'), runs: Type.Array(Run, { minItems: 1 }) });

export type SarifLog = Static<typeof SarifSchema>;
export type SarifRun = SarifLog['runs'][number];
export type SarifResult = SarifRun['results'][number];
export type SarifRule = Static<typeof Rule>;
export type SarifLocation = Static<typeof Location>;
