import type { Settings } from '../platform/config/settings.js';
import { exitNow } from './exit/exit-now.js';
import { createLogger } from './logger.js';

/** How long a graceful end may take, ms. */
const END_TIMEOUT_MS = 3000;

/** Runs the server until a signal ends it. Resolves once it has ended. @throws LookoutError when it can't start. */
export async function serve(settings: Settings): Promise<void> {
  const logger = createLogger(settings.log.level);
  // Loaded here: other commands need none of it.
  const { startServer } = await import('../main.js');
  const server = await startServer(settings, logger);
  if (server.firstKey !== undefined) {
    // To the person at the terminal, past the log, and never again.
    process.stderr.write(`\nYour admin key, shown this once; sign in with it:\n\n  ${server.firstKey}\n\n`);
  }
  logger.info(`Lookout is at ${server.url}`);
  if (server.access) {
    const { accessNotice } = await import('../platform/tls/access.js');
    process.stderr.write(accessNotice(server.access, process.stderr.isTTY ?? false));
  }
  const signal = await nextSignal();
  logger.info({ signal }, 'ending; the same signal again ends at once');
  const force = (reason: string) => {
    logger.warn(reason);
    exitNow(1);
  };
  process.once('SIGINT', () => force('ended by a second signal'));
  process.once('SIGTERM', () => force('ended by a second signal'));
  setTimeout(() => force('not all parts ended in time'), END_TIMEOUT_MS).unref();
  await server.close();
  logger.info('ended');
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
