import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';

import type { ProcessConfig } from './config/sections.js';

export type { Logger } from 'pino';

/**
 * Lines on standard output. They are written beside the work, not within it: one write a line was an eighth of what a
 * job cost the worker. A process that ends by itself writes them all; a kill -9 may cost the last few milliseconds'.
 */
export function createLogger(config: Pick<ProcessConfig, 'LOG_LEVEL' | 'LOG_FORMAT'>): Logger {
  const format = config.LOG_FORMAT ?? (process.stdout.isTTY ? 'pretty' : 'json');
  const options = {
    level: config.LOG_LEVEL,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { error: pino.stdSerializers.err },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  if (format === 'json') return pino(options, pino.destination({ dest: 1, sync: false }));
  const stream = pretty({
    colorize: process.stdout.isTTY,
    sync: true,
    ignore: 'role,pid,hostname',
    translateTime: 'SYS:HH:MM:ss.l',
    messageFormat: '{role} | {msg}',
    singleLine: true,
  });
  return pino(options, stream);
}

/** Nest's own lines in our log: its start-up chatter is only for debugging. */
export function nestLogger(log: Logger): LoggerService {
  const at =
    (level: 'debug' | 'warn' | 'error') =>
    (message: unknown, ...rest: unknown[]) => {
      const error = message instanceof Error ? message : undefined;
      log[level]({ context: rest.at(-1), ...(error && { error }) }, error?.message ?? String(message));
    };
  return {
    log: at('debug'),
    debug: at('debug'),
    verbose: at('debug'),
    warn: at('warn'),
    error: at('error'),
    fatal: at('error'),
  };
}
