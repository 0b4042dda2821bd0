import type { IncomingMessage } from 'node:http';
import type { Writable } from 'node:stream';

/**
 * Streams a request's body to a function, no faster than that reads. A function need not read it: what it leaves is read
 * here, so that the client can send it all and hear the answer.
 */
export function feedRequest(request: IncomingMessage, stdin: Writable): void {
  const leave = (): void => {
    request.unpipe(stdin);
    request.resume();
  };
  // A function that ended, or closed its input; and a client that went away, which the response tells of.
  stdin.on('error', leave).once('close', leave);
  request.on('error', () => stdin.destroy());
  request.pipe(stdin);
}
