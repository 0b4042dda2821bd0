import { setTimeout as delay } from 'node:timers/promises';

import { helpText } from './config/help-text.js';
import { InvalidConfigurationError, readConfig, type ConfigSections } from './config/read-config.js';
import { processConfig } from './config/sections.js';
import { answersHealth } from './http/answers-health.js';
import { createLogger, type Logger } from './logger.js';
import { RunningService, type Service } from './service.js';

/** sysexits.h: the configuration is wrong, and starting again will not help. */
const exitMisconfigured = 78;
/** sysexits.h: called in a wrong way. */
const exitMisused = 64;
/** Asks the process that runs with the same environment whether it lives; the exit status says it. */
const healthcheck = '--healthcheck';
/** Closing what has been drained takes moments; this long after the grace, something hangs. */
const closingMs = 5_000;

/**
 * The life of a process: read the environment, start, wait to be asked to stop, stop in order. A second signal ends it
 * at once. Never returns with the process unhealthy: it exits.
 */
export async function runService<Sections extends ConfigSections>(service: Service<Sections>): Promise<void> {
  const sections = { ...service.config, process: processConfig } as Sections & { process: typeof processConfig };
  exitIfAsked(service.name, sections);
  const config = exitIfMisconfigured(() => readConfig(sections, process.env));
  if (process.argv[2] === healthcheck) process.exit((await answersHealth(portOf(config))) ? 0 : 1);
  const stopping = new AbortController();
  const running = new RunningService(createLogger(config.process), service.name, config.process, stopping.signal);
  const log = running.log();
  onStopSignals((signal) => {
    log.info({ signal, grace: `${config.process.SHUTDOWN_GRACE}ms` }, 'Stopping');
    stopping.abort(new Error(`received ${signal}`));
    void stopWithin(config.process.SHUTDOWN_GRACE + closingMs, running, log);
  });
  try {
    await service.start(config, running);
  } catch (error) {
    if (stopping.signal.aborted) return;
    process.exitCode = isMisconfiguration(error) ? exitMisconfigured : 1;
    log.fatal({ error }, whatWentWrong(error));
    await running.stopAll();
    process.exit();
  }
}

/** Of the sections only one says where the app listens. */
const portOf = (config: Readonly<Record<string, unknown>>): number =>
  Object.values(config as Record<string, { PORT?: number }>).find(({ PORT }) => PORT !== undefined)?.PORT ?? 0;

/** An app takes no arguments: what it is given is either a question or a mistake. */
function exitIfAsked(name: string, sections: ConfigSections): void {
  const [argument] = process.argv.slice(2);
  if (argument === undefined || argument === healthcheck) return;
  const asked = argument === '--help' || argument === '-h';
  if (!asked) process.stderr.write(`Unknown argument "${argument}".\n\n`);
  process[asked ? 'stdout' : 'stderr'].write(helpText(name, sections));
  process.exit(asked ? 0 : exitMisused);
}

function exitIfMisconfigured<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InvalidConfigurationError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(exitMisconfigured);
  }
}

/** Faults in what the operator wrote, wherever they are found. */
function isMisconfiguration(error: unknown): boolean {
  return ['INVALID_CONFIGURATION', 'DURABILITY_UNMET'].includes(codeOf(error));
}

function whatWentWrong(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return codeOf(error) === 'EADDRINUSE' ? `${message}. Stop what listens there, or set another PORT.` : message;
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

function onStopSignals(stop: (signal: NodeJS.Signals) => void): void {
  let asked = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (asked) process.exit(signal === 'SIGINT' ? 130 : 143);
      asked = true;
      stop(signal);
    });
  }
}

async function stopWithin(ms: number, running: RunningService, log: Logger): Promise<never> {
  const late = delay(ms, 'late' as const);
  if ((await Promise.race([running.stopAll(), late])) === 'late') {
    log.error('Could not stop within the grace: ending now');
    process.exit(1);
  }
  log.info('Stopped');
  process.exit(0);
}
