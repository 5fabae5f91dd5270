import './styles.css';
import { loadStrings } from './strings/index.js';
import { currentLanguage } from './strings/language.js';

document.documentElement.lang = currentLanguage();
// The pages take their words as they are loaded.
void loadStrings().then(() => import('./start.js'));
