import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from './free-port.js';
import { keep } from './keep.js';
import { scratchFolder } from './scratch-folder.js';
import { until } from './until.js';

const LOOPBACK = '127.0.0.1';

export interface TurnServer {
  readonly url: string;
  /** What it has logged. */
  log(): string;
}

/** coturn on loopback until the end of the test, with the user `lookout` whose password is `sesame`. */
export async function startTurnServer(): Promise<TurnServer> {
  const port = await freePort();
  const child = spawn(
    'turnserver',
    [
      ...['-n', '--verbose', '--log-file=stdout', '--simple-log', '--no-cli', '--no-tls', '--no-dtls'],
      ...[`--pidfile=${join(scratchFolder(), 'pid')}`, `--userdb=${join(scratchFolder(), 'users')}`],
      ...['--lt-cred-mech', '--realm=lookout', '--user=lookout:sesame', '--allow-loopback-peers'],
      ...[`--listening-ip=${LOOPBACK}`, `--relay-ip=${LOOPBACK}`, `--listening-port=${port}`],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  keep(child, (server) => server.kill('SIGKILL'));
  let logged = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    logged += text;
  });
  await until('coturn listens', () => /UDP listener opened/.test(logged), { last: () => logged });
  return { url: `turn:${LOOPBACK}:${port}`, log: () => logged };
}
