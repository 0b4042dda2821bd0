import { walkLab } from '@later/testing/walk-lab';

import { readPassword, type RunningStack } from './running-stack.js';

/** @returns how many steps of the lab passed */
export async function walkLabOf({ gatewayUrl }: RunningStack): Promise<string> {
  let steps = 0;
  await walkLab({ gatewayUrl, password: readPassword(), report: () => steps++ });
  return `${steps} steps`;
}
