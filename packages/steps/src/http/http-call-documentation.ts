import type { StepExample } from '@cicd/plugin';

export const description = `Sends one HTTP request and makes the answer outputs.

**Where it may go.** Only public addresses: the name is resolved once, every address that it leads to is judged, and the connection is made to just those. This machine, private and local networks, clouds' metadata and every other form of such an address are refused, also where a redirect leads. The operator can allow single hosts and networks (\`network.allowed\` of the [settings](../settings.md)); a pipeline cannot. No proxy is used.

**Secrets** may stand in \`headers\` and \`body\`. A redirect to another origin takes none of the headers along but \`accept\`, \`accept-language\`, \`content-type\` and \`user-agent\`, and is refused when the body would go along.

**The answer** may have 1 MiB, after decompression; a larger one fails the step, and nothing of it is kept. A status that is not expected fails the step too; its outputs are there all the same.

**Retries.** \`retry\` tries again what failed on the way, and the statuses of \`on_status\`. A \`POST\` or \`PATCH\` is only sent again when it cannot have had its effect (nobody listened; status 429 or 503), unless it has an \`Idempotency-Key\` header.`;

export const afterCrash = `A \`GET\`, \`HEAD\`, \`OPTIONS\`, \`PUT\` or \`DELETE\` is sent again. A \`POST\` or \`PATCH\` that may have been sent is not: the step waits until a person decides. With an \`Idempotency-Key\` header, by which the server drops what it has seen, it is sent again too; \`{{ uuid() }}\` is the same in every try of a run.`;

export const examples: readonly StepExample[] = [
  {
    title: 'Ask for a value',
    yaml: `name: release
type: step.http_call
config:
  url: https://api.example.com/releases/latest
  headers: { authorization: 'Bearer {{ secrets.API_TOKEN }}' }
  retry: { max_attempts: 5 }
`,
  },
  {
    title: 'Send something, at most once',
    yaml: `name: announce
type: step.http_call
config:
  url: https://api.example.com/announcements
  method: POST
  headers: { idempotency-key: '{{ uuid() }}' }
  body: { text: The release is out }
  expect_status: [201, 409]
`,
  },
];
