import { basePath } from '../api/client.js';
import { keepOfflinePage } from './offline-page.js';

/** Lets the browser install the app, and keeps what is shown while the server is away. Only secure pages may. */
export async function installShell(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  try {
    await navigator.serviceWorker.register(`${basePath}/sw.js`, { scope: `${basePath}/` });
    await keepOfflinePage();
  } catch (error) {
    // Where the certificate is not trusted, storage forbidden or full: the pages work without.
    console.info('Not kept for offline use:', error);
  }
}

const KEY = 'lookout.reloaded';
const ONCE_IN_MS = 60_000;

/** A file of a build that the server no longer has: the page is loaded anew, with the files of the newest. */
export function reloadOnceForNewBuild(event: Event): void {
  const last = Number(sessionStorage.getItem(KEY) ?? 0);
  if (Date.now() - last < ONCE_IN_MS) return;
  sessionStorage.setItem(KEY, String(Date.now()));
  event.preventDefault();
  location.reload();
}
