import { LookoutClient } from '@lookout/client';

/** Where the server is, with the path under which a proxy serves it; without a slash at its end. The server writes it into the page. */
export const serverUrl = new URL('.', document.baseURI).href.replace(/\/$/, '');

/** The path of that: empty, or `/lookout`. */
export const basePath = new URL(serverUrl).pathname.replace(/\/$/, '');

/** The server this page came from. */
export const lookout = new LookoutClient({ baseUrl: serverUrl });
