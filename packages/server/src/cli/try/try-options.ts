export interface TryOptions {
  /** Where the server is, e.g. `http://127.0.0.1:8080`. */
  url: string;
  /** Its API key, where it asks for one. */
  key: string | undefined;
  /** Pictures to send. */
  images: readonly string[];
  /** Or a video whose pictures are sent. */
  clip: string | undefined;
  json: boolean;
  /** How long each transport is measured. */
  seconds: number;
  /** Frames a second of each session. */
  fps: number;
  /** Sessions at once. */
  sessions: number;
}

/** `127.0.0.1:8080` → `http://127.0.0.1:8080`. @throws TypeError where it is no address of a server */
export function serverUrl(text: string): string {
  const url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new TypeError('Expected an http(s) address');
  if (url.username || url.password)
    throw new TypeError('Expected an address without a password; a key goes into --key');
  return url.origin + url.pathname.replace(/\/+$/, '');
}
