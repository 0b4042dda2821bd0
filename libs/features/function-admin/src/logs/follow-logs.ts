import { finished } from 'node:stream/promises';

import { asSystemAnswer } from '../forward-to-provider.js';
import type { SystemHandler } from '../function-admin.js';
import { refusals } from '../refusals.js';

/** Streams a log until it ends, the client goes away, or the gateway stops. */
export const followLogs: SystemHandler = async ({ provider, closing }, { path, response }) => {
  const over = new AbortController();
  const end = (): void => over.abort();
  response.once('close', end);
  closing.signal.addEventListener('abort', end);
  try {
    if (closing.signal.aborted) end();
    const answer = await provider.openStream({ method: 'GET', path }, over.signal);
    const { status, headers, body } = asSystemAnswer(provider.url, answer);
    // The first line may take hours: the headers tell the client at once that it follows the log.
    response.writeHead(status, headers).flushHeaders();
    body.pipe(response, { end: false });
    const isComplete = await finished(body).then(
      () => true,
      () => false,
    );
    // The client must see the difference between a log that broke off and a complete one.
    if (isComplete || closing.signal.aborted) response.end();
    else response.destroy();
    return undefined;
  } catch (error) {
    if (!over.signal.aborted) throw error;
    return closing.signal.aborted ? refusals.stopping() : undefined;
  } finally {
    response.off('close', end);
    closing.signal.removeEventListener('abort', end);
  }
};
