import './styles.css';
import { loadStrings } from './strings/index.js';
import { currentLanguage } from './strings/language.js';

document.documentElement.lang = currentLanguage();
// The pages take their words as they are loaded. The first page of most visits does not wait until it is asked for.
void loadStrings().then(() => {
  if (new URL(document.baseURI).pathname === window.location.pathname) void import('./home/home-page.js');
  return import('./start.js');
});
