/** The engine's log driver of a container, as its API takes it. */
export interface LogConfig {
  readonly Type: string;
  readonly Config: Readonly<Record<string, string>>;
}

/** A petabyte: said, because the engine's own setting would cut the log where ours is silent. It takes no "unlimited". */
const unlimited = '1000000g';

/**
 * Logs that are kept whole. The engine's binary format takes half as much work to write and read as its JSON, which
 * is what limits a busy process; Podman has only the other.
 * https://docs.docker.com/engine/logging/drivers/local/
 */
export const logConfig = (engine: string): LogConfig =>
  engine === 'podman'
    ? { Type: 'json-file', Config: { 'max-size': unlimited } }
    : { Type: 'local', Config: { 'max-size': unlimited, 'max-file': '1', compress: 'false' } };
