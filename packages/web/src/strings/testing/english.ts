// The words that a page loads before anything else, for tests of what uses them.
import { loadCutOutWords } from '../cut-out.js';
import { loadStrings } from '../index.js';
import { loadPhraseWords } from '../phrases.js';
import { loadSearchWords } from '../search.js';
import { loadSecondLookWords } from '../second-look.js';
import { loadSettingsWords } from '../settings.js';
import { loadTryWords } from '../try.js';

await Promise.all([
  loadStrings(),
  loadSettingsWords(),
  loadTryWords(),
  loadSecondLookWords(),
  loadPhraseWords(),
  loadSearchWords(),
  loadCutOutWords(),
]);
