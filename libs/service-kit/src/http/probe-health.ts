import { get } from 'node:http';

/** A process that needs longer than this for a health check is as good as dead to its callers. */
const answerMs = 2_500;

/** Whether the process that listens on a port of this machine answers its health check. */
export function probeHealth(port: number, withinMs = answerMs): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const options = { host: '127.0.0.1', port, path: '/healthz', agent: false, signal: AbortSignal.timeout(withinMs) };
  get(options, (answer) => {
    answer.resume();
    resolve(answer.statusCode === 200);
  }).on('error', () => resolve(false));
  return promise;
}
