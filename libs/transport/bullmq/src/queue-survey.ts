import type { Depth } from '@later/transport-contract';

import type { BullMqConnection } from './bullmq-connection.js';
import { decode, queueKeys } from './keys.js';
import { runScript } from './scripts.js';

/** What one lane holds, in messages. */
export interface LaneSurvey {
  readonly lane: string;
  readonly ready: number;
  readonly inFlight: number;
  /** Waiting for their time. */
  readonly delayed: number;
  /** When the first of those is due, in ms since 1970. */
  readonly dueAt?: number;
}

type Row = readonly [lane: string, ready: number, inFlight: number, delayed: number, dueAt: number];

/** Looks at every lane of a queue that holds anything, in one round trip. */
export async function surveyQueue({ client }: BullMqConnection, queue: string): Promise<LaneSurvey[]> {
  const { lanes, lanePrefix } = queueKeys(queue);
  const rows = (await runScript(client, 'laterSurvey', [lanes, lanePrefix])) as Row[];
  return rows.map(([lane, ready, inFlight, delayed, dueAt]) => ({
    lane: decode(lane),
    ready,
    inFlight,
    delayed,
    ...(dueAt > 0 && { dueAt }),
  }));
}

/** How much a queue holds. */
export async function measureDepth(connection: BullMqConnection, queue: string): Promise<Depth> {
  const [lanes, deadLetters] = await Promise.all([
    surveyQueue(connection, queue),
    connection.redis.zcard(queueKeys(queue).dead),
  ]);
  const waiting = lanes.map(({ lane, ready, delayed }): [string, number] => [lane, ready + delayed]);
  return {
    waiting: sum(waiting.map(([, count]) => count)),
    inFlight: sum(lanes.map(({ inFlight }) => inFlight)),
    deadLetters,
    lanes: new Map(waiting.filter(([, count]) => count > 0)),
  };
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);
