import { t } from '../strings/index.js';
import { OFFLINE_PAGE, PAGES } from './shell.js';

/** It tries again by itself that often. */
const RETRY_S = 5;

const MARK =
  '<svg width="40" height="40" viewBox="0 0 32 32" fill="none" aria-hidden="true"><path d="M4 13V8a4 4 0 0 1 4-4h5M28 19v5a4 4 0 0 1-4 4h-5" stroke="currentColor" stroke-width="3.5" stroke-linecap="round"/><circle cx="16" cy="16" r="6" fill="currentColor"/></svg>';

const STYLE = `
:root { color-scheme: light dark }
:root[data-theme="light"] { color-scheme: light }
:root[data-theme="dark"] { color-scheme: dark }
body { margin: 0; min-height: 100dvh; display: grid; place-items: center; font: 15px/1.5 "Inter Variable", system-ui, sans-serif;
  background: light-dark(#f6f6f3, #0d0f11); color: light-dark(#14171a, #eceef0) }
main { max-width: 26rem; padding: 2rem 1.5rem; text-align: center }
svg { color: light-dark(#3548c8, #aab7ff) }
h1 { margin: 1rem 0 .5rem; font-size: 20px; line-height: 1.3 }
p { margin: 0 0 1.5rem; color: light-dark(#565c61, #a0a8af) }
a { display: inline-grid; place-items: center; min-height: 44px; padding: 0 1.25rem; border-radius: 10px; font-weight: 550;
  text-decoration: none; background: light-dark(#3548c8, #aab7ff); color: light-dark(#fff, #10153a) }
a:focus-visible { outline: 2px solid light-dark(#3548c8, #aab7ff); outline-offset: 2px }`;

/** The page that is shown while the server cannot be reached: whole in itself, and in the words and colours of this device. */
export function offlinePage({ lang, theme }: { lang: string; theme: string | undefined }): string {
  const { title, text, again } = t.offline;
  return `<!doctype html>
<html lang="${lang}"${theme === undefined ? '' : ` data-theme="${theme}"`}>
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="${RETRY_S}"><title>${t.product}</title><style>${STYLE}</style></head>
<body><main>${MARK}<h1>${title}</h1><p role="status">${text}</p><a href="">${again}</a></main></body>
</html>`;
}

/** Keeps it where the service worker finds it. */
export async function keepOfflinePage(): Promise<void> {
  const { lang, dataset } = document.documentElement;
  const headers = {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'",
  };
  const cache = await caches.open(PAGES);
  await cache.put(OFFLINE_PAGE, new Response(offlinePage({ lang, theme: dataset.theme }), { headers }));
}
