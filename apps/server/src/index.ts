export { apiDocument, serve, type RunningServer, type ServeOptions } from './serve.ts';
