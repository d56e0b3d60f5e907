import { row } from './row.ts';

/** What steps meet outside of their run: other hosts, brokers, services, databases, and who started the run. */
export const outsideCodes = {
  'http.address_refused': row(422, 1, 'A request, or a redirect of it, leads to an address that is not public.'),
  'http.url_refused': row(422, 1, 'A request, or a redirect of it, has an address that is not plain http or https.'),
  'http.host_unknown': row(502, 1, 'The name of a host could not be resolved.'),
  'http.failed': row(502, 1, 'A connection could not be made, or broke before the answer was complete.'),
  'http.redirect_refused': row(502, 1, 'A request was redirected to where it must not go, or to nowhere.'),
  'http.too_many_redirects': row(502, 1, 'A request was redirected too often.'),
  'http.response_too_large': row(502, 1, 'An answer is larger than what a step keeps.'),
  'http.status_unexpected': row(502, 1, 'An answer has another status than the step expects.'),

  'jq.failed': row(422, 1, 'A jq expression is malformed, or failed with its input.'),
  'jq.limit_reached': row(422, 1, 'A jq expression took too long, or wanted too much memory or output.'),

  'event.broker_unknown': row(422, 1, 'A message was to go to a broker that the operator has not set up.'),
  'event.not_published': row(502, 1, 'A broker did not take a message.'),

  'service.unknown': row(422, 1, 'A service was called that nobody offers.'),
  'service.input_invalid': row(422, 1, 'A service was called with an input that does not fit its schema.'),
  'service.failed': row(502, 1, 'A service failed.'),

  'connection.unknown': row(422, 1, 'A database was named that the operator has not set up.'),
  'connection.unreachable': row(503, 1, 'A configured database could not be opened or reached.'),
  'connection.statement_failed': row(422, 1, 'A configured database refused a statement.'),
  'connection.result_too_large': row(422, 1, 'A query found more than what a step keeps.'),

  'trigger.not_http': row(422, 1, 'A step needs the HTTP request that started the run, and something else started it.'),
  'trigger.request_invalid': row(422, 1, 'The HTTP request that started the run is not what the pipeline wants.'),
} as const;
