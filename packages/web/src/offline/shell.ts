/** Begin of the names of caches with the app's files, one for each build. */
export const ASSETS = 'lookout-assets-';
/** Cache of the page that is shown without the server. */
export const PAGES = 'lookout-pages';
/** Its name there. */
export const OFFLINE_PAGE = 'https://lookout.invalid/offline';
/** Builds whose files are kept: that before the newest may have open pages. */
const KEPT_BUILDS = 2;

/** What a service worker answers: files of the app, and pages. Undefined: neither, so the browser asks the server itself. @param scope its own */
export function routeOf(
  { method, mode, url }: Pick<Request, 'method' | 'mode' | 'url'>,
  scope: string,
): 'asset' | 'page' | undefined {
  if (method !== 'GET' || !url.startsWith(scope)) return undefined;
  const path = url.slice(scope.length).split(/[?#]/, 1)[0]!;
  if (path.startsWith('assets/')) return 'asset';
  // A picture or a download that is opened by its address is none.
  const isApi = /^(api|ws|websocket|stream|v1|v2)(\/|$)/.test(path);
  return mode === 'navigate' && !isApi ? 'page' : undefined;
}

/** The caches of files to delete. @param names all caches, in the order in which they were made */
export function staleCaches(names: readonly string[]): string[] {
  return names.filter((name) => name.startsWith(ASSETS)).slice(0, -KEPT_BUILDS);
}
