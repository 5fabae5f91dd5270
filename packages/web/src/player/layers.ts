import { t } from '../strings/index.js';
import type { Choices } from './choices.js';
import type { PlayerAction } from './player-keys.js';

const words = t.player;

/** What keys and buttons do; undefined: not possible now. */
export type PlayerActions = Partial<Record<PlayerAction, (() => void) | undefined>>;

/** Something over the picture that can be shown or hidden. */
export interface Layer {
  action: PlayerAction;
  label: string;
  title?: string;
  on: boolean;
  /** Undefined: not possible now. */
  toggle: (() => void) | undefined;
}

/** What can be shown over the picture, the most used first. */
export function layersOf(choices: Choices, actions: PlayerActions): Layer[] {
  const { boxes, labels, areas, guesses, annotated } = choices;
  const areasLayer: Layer = { action: 'areas', label: words.areas, on: areas, toggle: actions.areas };
  return [
    { action: 'boxes', label: words.boxes, on: boxes || annotated, toggle: actions.boxes },
    { action: 'labels', label: words.labels, on: labels || annotated, toggle: actions.labels },
    // Only where something is drawn.
    ...(actions.areas ? [areasLayer] : []),
    { action: 'guesses', label: words.guesses, title: words.guessesTitle, on: guesses, toggle: actions.guesses },
  ];
}

/** What is seldom shown, or seldom changed. */
export function otherLayersOf({ annotated, stats }: Choices, actions: PlayerActions): Layer[] {
  const { annotated: label, annotatedTitle: title } = words;
  return [
    { action: 'annotated', label, title, on: annotated, toggle: actions.annotated },
    { action: 'stats', label: words.figures, on: stats, toggle: actions.stats },
  ];
}
