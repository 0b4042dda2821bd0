import pTimeout from 'p-timeout';

import { helpText } from './config/help-text.js';
import { InvalidConfigurationError, readConfig, type ConfigSections } from './config/read-config.js';
import { processConfig } from './config/sections.js';
import { probeHealth } from './http/probe-health.js';
import { createLogger, type Logger } from './logger.js';
import { RunningService, type Service } from './service.js';

/** sysexits.h: the configuration is wrong, and starting again will not help. */
const exitMisconfigured = 78;
/** sysexits.h: the command line is wrong. */
const exitMisused = 64;
/** The argument that asks for the health of the process with the same environment; the exit status is the answer. */
const healthcheck = '--healthcheck';
/** After the grace, closing takes moments: a process that needs longer than this hangs. */
const closingMs = 5_000;

/**
 * Runs a process: reads the environment, starts the service, waits for a stop signal, and stops in order. A second
 * signal ends the process at once. A service that fails to start ends the process.
 */
export async function runService<Sections extends ConfigSections>(service: Service<Sections>): Promise<void> {
  const sections = { ...service.config, process: processConfig } as Sections & { process: typeof processConfig };
  exitAfterHelp(service.name, sections);
  const config = exitIfMisconfigured(() => readConfig(sections, process.env));
  if (process.argv[2] === healthcheck) process.exit((await probeHealth(portOf(config))) ? 0 : 1);
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
    log.fatal({ error }, describeFailure(error));
    await running.stopAll();
    process.exit();
  }
}

/** The `PORT` of the one section that has it. */
const portOf = (config: Readonly<Record<string, unknown>>): number =>
  Object.values(config as Record<string, { PORT?: number }>).find(({ PORT }) => PORT !== undefined)?.PORT ?? 0;

/** Ends the process after `--help`, or after an unknown argument. */
function exitAfterHelp(name: string, sections: ConfigSections): void {
  const [argument] = process.argv.slice(2);
  if (argument === undefined || argument === healthcheck) return;
  const isHelp = argument === '--help' || argument === '-h';
  if (!isHelp) process.stderr.write(`Unknown argument "${argument}".\n\n`);
  process[isHelp ? 'stdout' : 'stderr'].write(helpText(name, sections));
  process.exit(isHelp ? 0 : exitMisused);
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

/** Whether the fault is in the operator's configuration; some are only found after the configuration was read. */
function isMisconfiguration(error: unknown): boolean {
  return ['INVALID_CONFIGURATION', 'DURABILITY_UNMET'].includes(codeOf(error));
}

function describeFailure(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return codeOf(error) === 'EADDRINUSE' ? `${message}. Stop what listens there, or set another PORT.` : message;
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

function onStopSignals(stop: (signal: NodeJS.Signals) => void): void {
  let isStopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isStopping) process.exit(signal === 'SIGINT' ? 130 : 143);
      isStopping = true;
      stop(signal);
    });
  }
}

async function stopWithin(ms: number, running: RunningService, log: Logger): Promise<never> {
  const stopped = running.stopAll().then(() => true);
  if (await pTimeout(stopped, { milliseconds: ms, fallback: () => false })) {
    log.info('Stopped');
    process.exit(0);
  }
  log.error('Could not stop within the grace: ending now');
  process.exit(1);
}
