export { createFileLogStore, type FileLogStoreOptions } from './file-log-store.ts';
export type { LogKey, LogLine, LogReadOptions, LogStore, LogStream, LogWriter, LogWriterOptions } from './log-store.ts';
