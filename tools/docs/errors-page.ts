import * as providerClient from '@later/provider-client';
import * as contract from '@later/transport-contract';

import { readCodedErrors } from './coded-errors.js';
import { table } from './table.js';

/** One error of each class whose message an operator reads in the log. */
const samples = [
  new contract.TransportUnavailableError('bullmq', 'Is Redis running at REDIS_URL?'),
  new contract.QueueFullError('calls', 'Let the workers catch up, or raise its limit.'),
  new contract.MessageTooLargeError(2_000_000, 1_048_576, 'Raise max_payload of the NATS server.'),
  new contract.DurabilityError('appendonly no', 'crash', 'Start redis-server with --appendonly yes.'),
  new contract.TransportClosedError('nats'),
  new providerClient.ProviderUnavailableError(
    'unreachable',
    'http://127.0.0.1:8081',
    'cannot be reached: ECONNREFUSED',
  ),
  new providerClient.FunctionNotUpError('figlet.openfaas-fn', 'none of its instances can be called after 30000 ms'),
] as const;

/** The reference page of all errors that have a code, from the classes themselves. */
export function errorsPage(): string {
  const rows = readCodedErrors().map(({ codes, className, package: folder, meaning }) => [
    codes.map((code) => `\`${code}\``).join(', '),
    `\`${className}\``,
    `\`${folder}\``,
    meaning,
  ]);
  const examples = samples.map((error) => [`\`${error.code}\``, error.message]);
  return [
    '# Errors',
    '',
    '<!-- Made from the classes: change those, then run `npm run docs`. -->',
    '',
    'The code of an error never changes. Its message says what failed and what to do. A process with a wrong configuration',
    'ends with status 78 (`INVALID_CONFIGURATION`, `DURABILITY_UNMET`).',
    '',
    table(['code', 'class', 'package', 'meaning'], rows),
    '',
    '## Examples of messages',
    '',
    table(['code', 'message'], examples),
    '',
  ].join('\n');
}
