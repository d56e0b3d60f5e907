export { createRecordedBroker, type RecordedBroker } from './recorded-broker.ts';
export { createRecordedDatabase, type RecordedDatabase } from './recorded-database.ts';
