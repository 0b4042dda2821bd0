import { get } from 'node:http';

/** A process that is too busy to say that it lives for this long is not alive to anybody who calls it. */
const answerMs = 2_500;

/** Whether a process on this machine that listens on a port says that it lives. */
export function answersHealth(port: number, withinMs = answerMs): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const options = { host: '127.0.0.1', port, path: '/healthz', agent: false, signal: AbortSignal.timeout(withinMs) };
  get(options, (answer) => {
    answer.resume();
    resolve(answer.statusCode === 200);
  }).on('error', () => resolve(false));
  return promise;
}
