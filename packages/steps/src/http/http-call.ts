import {
  defineStep,
  formatDuration,
  StepFailure,
  stepLost,
  type Json,
  type StepContext,
  type StepResult,
} from '@cicd/plugin';
import { createAddressPolicy } from './address-policy.ts';
import { createExchange, type Answer } from './exchange.ts';
import { follow } from './follow.ts';
import { httpCallConfig, httpCallOutputs, type HttpCallConfig } from './http-call-config.ts';
import { afterCrash, description, examples } from './http-call-documentation.ts';
import { isRepeatable, outgoingRequest, requestProblems } from './outgoing-request.ts';
import { withRetry } from './retry.ts';
import { systemLookup } from './target.ts';

/** Bytes. */
const maxBody = 2 ** 20;

const once = { max_attempts: 1, delay: '0', backoff: 1, max_delay: '0', on_status: [] };

export const httpCall = defineStep({
  type: 'step.http_call',
  title: 'Call an HTTP address',
  description,
  category: 'general',
  config: httpCallConfig,
  outputs: httpCallOutputs,
  recovery: 'reconcile',
  afterCrash,
  examples,
  check: (config) => requestProblems(config),
  run: call,
  async resume(ctx) {
    if (!isRepeatable(outgoingRequest(ctx.config)) && (await ctx.checkpoint.get()) !== undefined) {
      throw stepLost(
        `the ${ctx.config.method} of ${ctx.step.key} was being sent when its process ended: whether it was heard cannot be known`,
      );
    }
    return call(ctx);
  },
});

async function call(ctx: StepContext<HttpCallConfig>): Promise<StepResult> {
  const { config, signal, clock } = ctx;
  const request = outgoingRequest(config);
  const repeatable = isRepeatable(request);
  if (!repeatable) await ctx.checkpoint.set({ sent: true });
  const guard = { policy: createAddressPolicy(ctx.network.allowed), lookup: systemLookup };
  const exchange = createExchange(maxBody);
  const answer = await withRetry(
    () => follow(config.url, request, { guard, exchange, maxRedirects: config.max_redirects, signal }),
    {
      rule: config.retry ?? once,
      isRepeatable: repeatable,
      clock,
      signal,
      onRetry: (why, delay) => ctx.log.warn(`${why}; trying again in ${formatDuration(delay)}`),
    },
  );
  const outputs = { status: answer.status, headers: answer.headers, body: bodyOf(answer), url: answer.url };
  await ctx.log.info(`${config.method} ${new URL(answer.url).host}: ${answer.status}, ${answer.body.length} bytes`);
  if (isExpected(answer.status, config.expect_status)) return { outputs };
  throw new StepFailure({
    code: 'http.status_unexpected',
    message: `the status is ${answer.status}, not ${config.expect_status.join(' or ')}: ${beginning(answer.body)}`,
    hint: 'Look at the body of the answer; a status that is right belongs into `expect_status`.',
    details: { outputs },
  });
}

const isExpected = (status: number, expected: HttpCallConfig['expect_status']) =>
  expected.some((each) => (typeof each === 'number' ? each === status : Number(each[0]) === Math.floor(status / 100)));

function bodyOf({ headers, body }: Answer): Json {
  const text = body.toString('utf8');
  const type = headers['content-type'] ?? '';
  if (!/^application\/(?:[\w.+-]+\+)?json\b/i.test(type)) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    // It says that it is JSON, and is not: the text is what there is.
    return text;
  }
}

function beginning(body: Buffer): string {
  const text = body.subarray(0, 400).toString('utf8').trim();
  if (text === '') return 'the body is empty';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
