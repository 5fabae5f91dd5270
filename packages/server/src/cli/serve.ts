import type { Settings } from '../platform/config/settings.js';
import { LogRing } from '../platform/logging/log-ring.js';
import { exitNow } from './exit/exit-now.js';
import { createLogger } from './logger.js';

/** How long a graceful stop may take, ms. */
const END_TIMEOUT_MS = 3000;

/** Runs the server until a signal stops it. Resolves once it has stopped. @throws LookoutError when it can't start. */
export async function serve(settings: Settings): Promise<void> {
  const log = new LogRing();
  const logger = createLogger(settings.log.level, { ring: log });
  // Loaded here because other commands don't need it.
  const { startServer } = await import('../main.js');
  const server = await startServer(settings, logger, { log });
  if (server.firstKey !== undefined) {
    // To the terminal and not to the log, and never again.
    process.stderr.write(`\nYour admin key, to sign in with. It is shown only this once:\n\n  ${server.firstKey}\n\n`);
  }
  logger.info(`Lookout is at ${server.url}`);
  if (server.access) {
    const { accessNotice } = await import('../platform/tls/access.js');
    process.stderr.write(accessNotice(server.access, process.stderr.isTTY ?? false));
  }
  const signal = await nextSignal();
  logger.info({ signal }, 'stopping; send the signal again to stop at once');
  const force = (reason: string) => {
    logger.warn(reason);
    exitNow(1);
  };
  process.once('SIGINT', () => force('stopped by a second signal'));
  process.once('SIGTERM', () => force('stopped by a second signal'));
  setTimeout(() => force('stopped, although some parts had not finished in time'), END_TIMEOUT_MS).unref();
  await server.close();
  logger.info('stopped');
  exitNow(0);
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
