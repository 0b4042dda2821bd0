import type { IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';

/**
 * Streams a request's body to a process, no faster than the process reads. The rest of a body that the process does not
 * read is discarded, so that the client can send all of it and then read the answer.
 */
export function feedRequest(request: IncomingMessage, stdin: Writable): void {
  const discardRest = (): void => {
    request.unpipe(stdin);
    request.resume();
  };
  // The process ended or closed its input. That the client went away is seen on the response.
  stdin.on('error', discardRest).once('close', discardRest);
  request.on('error', () => stdin.destroy());
  request.pipe(stdin);
}
