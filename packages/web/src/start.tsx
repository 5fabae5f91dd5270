import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.js';
import { installShell, reloadOnceForNewBuild } from './offline/install.js';

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

window.addEventListener('vite:preloadError', reloadOnceForNewBuild);
// The development server makes no service worker.
if (import.meta.env.PROD) void installShell();
