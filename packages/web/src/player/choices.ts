import { useStoredChoices } from '../lib/hooks.js';
import type { Showing } from './video/ways-of-camera.js';

/** `auto`: exact while analysis keeps up, otherwise smooth. */
export type Timing = 'auto' | 'smooth' | 'exact';

const DEFAULT_CHOICES = {
  timing: 'auto' as Timing,
  showing: 'auto' as Showing,
  boxes: true,
  labels: true,
  /** Zones and lines, if the camera has any. */
  areas: true,
  /** Objects that are not confirmed yet. */
  guesses: false,
  /** The server draws the boxes. */
  annotated: false,
  stats: false,
  /** Whether letter keys work: users who dictate, or hit keys by accident, can switch them off. */
  keys: true,
};
export type Choices = typeof DEFAULT_CHOICES;

/** How pictures are shown, and how to change that. */
export interface ChoicesControl {
  choices: Choices;
  choose: (change: Partial<Choices>) => void;
}

/** Remembered by the browser, for all cameras. */
export function usePlayerChoices(): ChoicesControl {
  const [choices, choose] = useStoredChoices('viewer', DEFAULT_CHOICES);
  return { choices, choose };
}
