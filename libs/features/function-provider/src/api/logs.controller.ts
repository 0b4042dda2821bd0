import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { parseRequest } from '@later/http-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { FunctionLogs, isTime } from '@later/function-logs';

import { FunctionProvider } from '../deploying/function-provider.js';
import { requestedAddress } from './requested-address.js';

const flag = z.enum(['', '0', '1', 'false', 'true']).transform((text) => text === '1' || text === 'true');

const logQuery = z.object({
  name: z.string({ error: 'expected the name of a function' }),
  namespace: z.string().optional(),
  /** The number of last lines; -1 for all of them, as faas-cli sends it. */
  tail: z.coerce
    .number()
    .int()
    .min(-1)
    .transform((count) => (count < 0 ? undefined : count))
    .optional(),
  since: z
    .string()
    .transform((text) => text || undefined)
    .refine((text) => text === undefined || isTime(text), 'expected a time such as 2026-01-02T03:04:05Z')
    .optional(),
  follow: flag.optional(),
  instance: z
    .string()
    .transform((text) => text || undefined)
    .optional(),
});

/** Serves the log of a function, one JSON object per line. The answer ends by itself unless it follows the log. */
@Controller('system/logs')
export class LogsController {
  constructor(
    @Inject(FunctionProvider) private readonly functions: FunctionProvider,
    @Inject(FunctionLogs) private readonly logs: FunctionLogs,
  ) {}

  @Get()
  async read(
    @Req() { method }: FastifyRequest,
    @Res() reply: FastifyReply,
    @Query() query: Record<string, unknown>,
  ): Promise<void> {
    const { name, namespace, ...wanted } = parseRequest(logQuery, query);
    const address = requestedAddress(name, namespace);
    this.functions.status(address);
    const closed = new AbortController();
    reply.raw.once('close', () => closed.abort());
    const lines = this.logs.read({ address, ...wanted, signal: closed.signal });
    // The first line may take hours: the headers tell the client at once that it follows the log.
    reply.raw.writeHead(200, { 'Content-Type': 'application/x-ndjson' }).flushHeaders();
    reply.hijack();
    if (method === 'HEAD') return void reply.raw.end();
    // The pipeline also ends the reading when the client goes away: the reading keeps files open.
    await pipeline(Readable.from(asJsonLines(lines), { objectMode: false }), reply.raw).catch(() => undefined);
  }
}

async function* asJsonLines(lines: AsyncIterable<unknown>): AsyncIterable<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}
