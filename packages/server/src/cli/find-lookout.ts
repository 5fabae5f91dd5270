import { get as getPlain, type IncomingMessage } from 'node:http';
import { get as getSecure } from 'node:https';
import { Health } from '@lookout/protocol';

const TIMEOUT_MS = 1000;
/** More than any Lookout answers. */
const MAX_BYTES = 8192;

/**
 * Finds out whether a Lookout listens on a port of this machine, by `/healthz`, which needs no key, over HTTP or HTTPS.
 * @returns its answer; undefined if it is not a Lookout or does not answer within a second.
 */
export async function findLookout(host: string, port: number): Promise<Health | undefined> {
  const where = `//${addressOf(host)}:${port}/healthz`;
  const answers = await Promise.all([ask(getPlain, `http:${where}`), ask(getSecure, `https:${where}`)]);
  return answers.find((answer) => answer !== undefined);
}

/** The address to connect to, for an address that a server listens on. */
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
      // Lookout's own certificate is not trusted here; nothing secret is sent.
      rejectUnauthorized: false,
    };
    get(url, options, (response) => resolve(readHealth(response).catch(() => undefined))).on('error', () =>
      resolve(undefined),
    );
  });
}

/** @throws Error if the answer is cut off or is not JSON. */
async function readHealth(response: IncomingMessage): Promise<Health | undefined> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) {
    text += chunk;
    if (text.length > MAX_BYTES) return undefined;
  }
  return Health.safeParse(JSON.parse(text)).data;
}
