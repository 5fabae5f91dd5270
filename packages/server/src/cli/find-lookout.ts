import { get as getPlain, type IncomingMessage } from 'node:http';
import { get as getSecure } from 'node:https';
import { Health } from '@lookout/protocol';

const TIMEOUT_MS = 1000;
/** Beyond what any Lookout answers. */
const MAX_BYTES = 8192;

/**
 * Asks whoever listens on a port of this machine whether it is a Lookout: `/healthz` needs no key, and answers by HTTP or HTTPS.
 * @returns what it said; undefined where it isn't one, or doesn't answer within a second.
 */
export async function findLookout(host: string, port: number): Promise<Health | undefined> {
  const where = `//${addressOf(host)}:${port}/healthz`;
  const answers = await Promise.all([ask(getPlain, `http:${where}`), ask(getSecure, `https:${where}`)]);
  return answers.find((answer) => answer !== undefined);
}

/** An address to connect to, of one to listen on. */
function addressOf(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

function ask(get: typeof getSecure, url: string): Promise<Health | undefined> {
  return new Promise((resolve) => {
    const options = {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      maxHeaderSize: MAX_BYTES,
      // Lookout's own certificate is not known here; nothing secret is said.
      rejectUnauthorized: false,
    };
    get(url, options, (response) => resolve(readHealth(response).catch(() => undefined))).on('error', () =>
      resolve(undefined),
    );
  });
}

/** @throws Error when the answer breaks off, or is no JSON. */
async function readHealth(response: IncomingMessage): Promise<Health | undefined> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk;
    if (text.length > MAX_BYTES) return undefined;
  }
  return Health.safeParse(JSON.parse(text)).data;
}
