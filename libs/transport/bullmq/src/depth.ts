import type { Depth } from '@later/transport-contract';

import type { BullMqLink } from './link/link.js';
import { runScript } from './link/scripts.js';
import { decodeName, queueKeys } from './names.js';

/** How many messages one lane holds. */
export interface LaneDepth {
  readonly lane: string;
  readonly ready: number;
  readonly inFlight: number;
  /** Messages that are not due yet. */
  readonly delayed: number;
  /** When the first delayed message is due, in ms since 1970. */
  readonly dueAt?: number;
}

type Row = readonly [lane: string, ready: number, inFlight: number, delayed: number, dueAt: number];

/** Reads the depth of every lane that holds a message, in one round trip. */
export async function readLaneDepths({ client }: BullMqLink, queue: string): Promise<LaneDepth[]> {
  const { lanes, lanePrefix } = queueKeys(queue);
  const rows = (await runScript(client, 'laterSurvey', [lanes, lanePrefix])) as Row[];
  return rows.map(([lane, ready, inFlight, delayed, dueAt]) => ({
    lane: decodeName(lane),
    ready,
    inFlight,
    delayed,
    ...(dueAt > 0 && { dueAt }),
  }));
}

/** Reads how many messages a queue holds. */
export async function readDepth(link: BullMqLink, queue: string): Promise<Depth> {
  const [lanes, deadLetters] = await Promise.all([
    readLaneDepths(link, queue),
    link.redis.zcard(queueKeys(queue).dead),
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
