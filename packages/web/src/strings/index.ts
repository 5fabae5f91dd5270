import { add } from './en/add.js';
import { cameraPage } from './en/camera-page.js';
import { cameras } from './en/cameras.js';
import { common } from './en/common.js';
import { compose } from './en/compose.js';
import { diagnostics } from './en/diagnostics.js';
import { events } from './en/events.js';
import { home } from './en/home.js';
import { player } from './en/player.js';
import { publish } from './en/publish.js';
import { rules } from './en/rules.js';
import { tryIt } from './en/try.js';
import { wall } from './en/wall.js';
import { zones } from './en/zones.js';

const en = {
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
  tryIt,
  wall,
  zones,
};

/** All words of the pages. A translation is another object of this type. */
export type Strings = typeof en;
export const t: Strings = en;
