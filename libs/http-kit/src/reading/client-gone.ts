import type { ServerResponse } from 'node:http';

/** A signal that aborts when the client closes the connection before the end of its answer. */
export function clientGoneSignal(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  // Every response closes in the end: an abort after a complete answer would make an error per call that nobody reads.
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(new Error('The client went away'));
  });
  return gone.signal;
}
