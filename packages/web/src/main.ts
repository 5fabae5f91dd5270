import './styles.css';
import { loadStrings } from './strings/index.js';
import { currentLanguage } from './strings/language.js';

document.documentElement.lang = currentLanguage();
// Pages read their strings when their modules are evaluated. The app comes before the home page, which is the first of most visits: their chunks
// import each other, and are evaluated in the right order only from `start`.
void loadStrings()
  .then(() => import('./start.js'))
  .then(() => {
    if (new URL(document.baseURI).pathname === window.location.pathname) void import('./home/home-page.js');
  });
