// Serves the app's files from a cache, and a page that says so while the server is away. Answers of the API and pictures of cameras go past it.
import { ASSETS, OFFLINE_PAGE, PAGES, routeOf, staleCaches } from './shell.js';

/** Changes with every build, so that browsers notice a new one: vite.config.ts sets it. */
declare const BUILD: string;

/** What TypeScript's types of a page lack of a service worker. */
interface ServiceWorker {
  registration: { scope: string };
  clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(
    kind: 'install' | 'activate',
    listener: (event: { waitUntil(done: Promise<unknown>): void }) => void,
  ): void;
  addEventListener(
    kind: 'fetch',
    listener: (event: { request: Request; respondWith(answer: Promise<Response>): void }) => void,
  ): void;
}

const worker = self as unknown as ServiceWorker;

// Open pages get along with a newer one: files are told apart by their hashes.
worker.addEventListener('install', (event) => event.waitUntil(worker.skipWaiting()));

worker.addEventListener('activate', (event) => {
  const prune = async () => {
    // The build before may still have open pages.
    await caches.open(ASSETS + BUILD);
    await Promise.all(staleCaches(await caches.keys()).map((name) => caches.delete(name)));
  };
  event.waitUntil(prune().then(() => worker.clients.claim()));
});

worker.addEventListener('fetch', (event) => {
  const route = routeOf(event.request, worker.registration.scope);
  if (route === 'asset') event.respondWith(asset(event.request));
  if (route === 'page') event.respondWith(page(event.request));
});

/** Its name has the hash of its content: what is kept is right. */
async function asset(request: Request): Promise<Response> {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) await (await caches.open(ASSETS + BUILD)).put(request, answer.clone());
  return answer;
}

/** From the server, always; without it or behind a proxy that lost it, the page that says so. */
async function page(request: Request): Promise<Response> {
  const offline = () => caches.open(PAGES).then((cache) => cache.match(OFFLINE_PAGE));
  try {
    const answer = await fetch(request);
    return answer.status === 502 || answer.status === 504 ? ((await offline()) ?? answer) : answer;
  } catch (error) {
    const kept = await offline();
    if (kept) return kept;
    throw error;
  }
}
