import { finished } from 'node:stream/promises';

import { textAnswer, type SystemHandler } from '../function-admin.js';
import { asAnswer } from './pass-on.js';

/** Passes a log on as it comes, until its end, or until the client goes or the gateway stops. */
export const followLogs: SystemHandler = async ({ provider, closing }, { path, response }) => {
  const over = new AbortController();
  const end = (): void => over.abort();
  response.once('close', end);
  closing.signal.addEventListener('abort', end);
  try {
    if (closing.signal.aborted) end();
    const { status, headers, body } = asAnswer(provider.url, await provider.open({ method: 'GET', path }, over.signal));
    // There may be no line for hours: who follows is to know at once that it does.
    response.writeHead(status, headers).flushHeaders();
    body.pipe(response, { end: false });
    const whole = await finished(body).then(
      () => true,
      () => false,
    );
    // A log that broke off must not look as if that were all of it.
    if (whole || closing.signal.aborted) response.end();
    else response.destroy();
    return undefined;
  } catch (error) {
    if (!over.signal.aborted) throw error;
    return closing.signal.aborted ? textAnswer(503, 'The gateway stops.') : undefined;
  } finally {
    response.off('close', end);
    closing.signal.removeEventListener('abort', end);
  }
};
