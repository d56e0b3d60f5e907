/** What is asked of an engine, whoever it is asked about: `POST containers/start`, `PUT containers/archive`. */
export type EngineCallKind = string;

/** Calls about things that have a name: `/containers/NAME/start`. */
const named = new Set(['containers', 'volumes', 'networks', 'images', 'exec']);
/** What follows such a word and is no name. */
const operations = new Set(['create', 'json', 'prune', 'load', 'search']);

/** The kind of a call; the version of the API, names and queries do not matter. */
export function engineCallKind(method: string, target: string): EngineCallKind {
  const [path = ''] = target.split('?');
  const [subject = '', ...rest] = path
    .replace(/^\/v[\d.]+\//, '/')
    .split('/')
    .filter((word) => word !== '');
  const last = rest.at(-1);
  if (!named.has(subject) || last === undefined) return `${method} ${[subject, ...rest].join('/')}`;
  if (rest.length === 1) return operations.has(last) ? `${method} ${subject}/${last}` : `${method} ${subject}/NAME`;
  return `${method} ${subject}/NAME/${last}`;
}
