import { callbackDispatchConfig } from '@later/callback-dispatch';
import { callIntakeConfig } from '@later/call-intake';
import { functionProviderConfig, stackConfig } from '@later/function-provider';
import { containerRuntimeConfig } from '@later/runtime-container';
import { providerConfig } from '@later/provider-client';
import { jobExecutionConfig } from '@later/job-execution';
import { sampleFunctionsConfig } from '@later/sample-functions';
import { basicAuthConfig, listenConfig, processConfig, variablesOf } from '@later/service-kit';
import { transportConfig } from '@later/transport-nest';
import type { z } from 'zod';

import { table } from './table.js';

const chapters: readonly (readonly [title: string, who: string, schema: z.ZodType])[] = [
  ['Every process', 'all', processConfig],
  [
    'An app in a process of its own',
    'gateway 8080, provider 8081, queue-worker 8084, callback-dispatcher 8085, functions 8086',
    listenConfig(8080),
  ],
  ['The transport', 'gateway, provider, queue-worker, callback-dispatcher, standalone', transportConfig],
  ['The provider', 'gateway, queue-worker', providerConfig],
  ['Basic authentication', 'gateway, provider, queue-worker, standalone', basicAuthConfig],
  ['Deploying and running functions', 'provider, standalone', functionProviderConfig],
  ['The stack file', 'provider, standalone', stackConfig],
  ['Functions in containers', 'provider, standalone', containerRuntimeConfig],
  ['Call intake', 'gateway, standalone', callIntakeConfig],
  ['Running jobs', 'queue-worker, standalone', jobExecutionConfig],
  ['Posting callbacks', 'callback-dispatcher, standalone', callbackDispatchConfig],
  ['The sample functions', 'functions, standalone', sampleFunctionsConfig],
];

/** The reference page of all variables, from the schemas that read them. */
export function configurationPage(): string {
  const parts = chapters.map(([title, who, schema]) => `## ${title}\n\nRead by: ${who}.\n\n${variables(schema)}`);
  return [
    '# Configuration',
    '',
    '<!-- Made from the schemas: change those, then run `npm run docs`. -->',
    '',
    'Every app reads its environment once. One message names every wrong variable, and the process ends with status 78.',
    'Durations are written `500ms`, `10s`, `5m`, `1h30m`; sizes `65536`, `900KiB`, `1MiB`.',
    '',
    'The standalone listens on `PORT` for the gateway, on `PROVIDER_PORT` (8081) for the provider, and on',
    '`FUNCTIONS_PORT` (8086) for the sample functions.',
    '',
    parts.join('\n\n'),
    '',
  ].join('\n');
}

function variables(section: z.ZodType): string {
  const rows = variablesOf(section).map(({ name, default: value, meaning }) => [
    `\`${name}\``,
    value === undefined ? '' : `\`${value}\``,
    meaning,
  ]);
  return table(['variable', 'default', 'meaning'], rows);
}
