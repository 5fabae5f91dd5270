import { LookoutError } from '@lookout/protocol';
import type { Logger } from 'pino';
import type { Settings } from '../platform/config/settings.js';
import { LogRing } from '../platform/logging/log-ring.js';
import type { RunningServer } from '../running-server.js';
import { exitNow } from './exit/exit-now.js';
import { createLogger } from './logger.js';

/** How long a graceful stop may take, ms. */
const END_TIMEOUT_MS = 3000;
/** A restart is not worth losing what is being written. */
const RESTART_TIMEOUT_MS = 30_000;

/**
 * Runs the server until a signal stops it, and starts it again when its owner asks for it.
 * @param load reads the settings; called again for each restart
 * @throws LookoutError when it can't start
 */
export async function serve(load: () => Settings): Promise<void> {
  // Loaded here because other commands don't need it.
  const { startServer } = await import('../main.js');
  const log = new LogRing();
  let settings = load();
  let before: Settings | undefined;
  // From the first start on, so that a signal during a restart is not lost.
  let stopping: Promise<NodeJS.Signals> | undefined;
  for (;;) {
    const logger = createLogger(settings.log.level, { ring: log });
    let begin: (next: Settings) => void = () => {};
    const restarting = new Promise<Settings>((resolve) => {
      begin = resolve;
    });
    const prepareRestart = () => {
      const next = load();
      return () => begin(next);
    };
    let server: RunningServer;
    try {
      server = await startServer(settings, logger, { log, prepareRestart });
    } catch (error) {
      if (before === undefined || !(error instanceof LookoutError)) throw error;
      logger.error({ err: error }, 'can’t start with the changed settings: starting with those before');
      [settings, before] = [before, undefined];
      continue;
    }
    await announce(server, logger);
    stopping ??= nextSignal();
    const next = await Promise.race([restarting, stopping]);
    if (typeof next === 'string') return stop(server, logger, next);
    logger.info('restarting');
    const timer = setTimeout(() => force(logger, 'could not close in time for a restart'), RESTART_TIMEOUT_MS);
    await server.close();
    clearTimeout(timer);
    before = settings;
    settings = onSamePort(next, server.url);
  }
}

async function announce(server: RunningServer, logger: Logger): Promise<void> {
  if (server.firstKey !== undefined) {
    // To the terminal and not to the log, and never again.
    process.stderr.write(`\nYour admin key, to sign in with. It is shown only this once:\n\n  ${server.firstKey}\n\n`);
  }
  logger.info(`Lookout is at ${server.url}`);
  if (!server.access) return;
  const { accessNotice } = await import('../platform/tls/access.js');
  process.stderr.write(accessNotice(server.access, process.stderr.isTTY ?? false));
}

async function stop(server: RunningServer, logger: Logger, signal: NodeJS.Signals): Promise<void> {
  logger.info({ signal }, 'stopping; send the signal again to stop at once');
  process.once('SIGINT', () => force(logger, 'stopped by a second signal'));
  process.once('SIGTERM', () => force(logger, 'stopped by a second signal'));
  setTimeout(() => force(logger, 'stopped, although some parts had not finished in time'), END_TIMEOUT_MS).unref();
  await server.close();
  logger.info('stopped');
  exitNow(0);
}

function force(logger: Logger, reason: string): void {
  logger.warn(reason);
  exitNow(1);
}

/** Any free port would be another one, at which nobody would look for it. */
function onSamePort(settings: Settings, url: string): Settings {
  const { server } = settings;
  return server.port === 0 ? { ...settings, server: { ...server, port: Number(new URL(url).port) } } : settings;
}

function nextSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const take = (signal: NodeJS.Signals) => {
      process.removeListener('SIGINT', take);
      process.removeListener('SIGTERM', take);
      resolve(signal);
    };
    process.on('SIGINT', take);
    process.on('SIGTERM', take);
  });
}
