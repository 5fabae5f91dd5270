import { sentence } from '../shared/sentence.js';
import { add } from './add.js';
import { cameraPage } from './camera-page.js';
import { cameras } from './cameras.js';
import { common } from './common.js';
import { compose } from './compose.js';
import { diagnostics } from './diagnostics.js';
import { events } from './events.js';
import { home } from './home.js';
import { player } from './player.js';
import { publish } from './publish.js';
import { rules } from './rules.js';
import { wall } from './wall.js';
import { zones } from './zones.js';

export const strings = {
  ...common,
  add,
  cameras,
  cameraPage,
  diagnostics,
  home,
  player,
  publish,
  compose,
  events,
  rules,
  sentence,
  wall,
  zones,
};
