import { fork } from 'node:child_process';
import { once } from 'node:events';

/** The bare function, in a process of its own. */
export interface FunctionProcess {
  readonly url: string;
  /** How many requests it has answered so far. */
  answered(): Promise<number>;
  stop(): void;
}

export async function startFunction(): Promise<FunctionProcess> {
  const child = fork(new URL('./bare-function.js', import.meta.url));
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    url: `http://127.0.0.1:${port}`,
    answered: async () => {
      child.send('how many?');
      const [{ answered }] = (await once(child, 'message')) as [{ answered: number }];
      return answered;
    },
    stop: () => void child.kill(),
  };
}
