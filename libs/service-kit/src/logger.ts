import type { LoggerService } from '@nestjs/common';
import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';

import type { ProcessConfig } from './config/sections.js';
import { serializers } from './logger-serializers.js';

export type { Logger } from 'pino';

/**
 * A logger that writes to standard output. JSON lines are written asynchronously: one synchronous write per line was an
 * eighth of the cost of a job. A process that ends by itself writes all lines; `kill -9` may lose the last few
 * milliseconds.
 */
export function createLogger(config: Pick<ProcessConfig, 'LOG_LEVEL' | 'LOG_FORMAT'>): Logger {
  const format = config.LOG_FORMAT ?? (process.stdout.isTTY ? 'pretty' : 'json');
  const options = {
    level: config.LOG_LEVEL,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers,
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

/** Writes Nest's own lines into our log. Nest's start-up lines have the level `debug`. */
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
