import { useMemo } from 'react';
import { useStoredChoice } from '../camera/use-stored-choice.js';
import type { OverlaySettings } from './overlay.js';

/** How a viewer wants its pictures. Remembered by the browser, for all links. */
export interface ViewerChoices {
  boxes: boolean;
  labels: boolean;
  /** The server draws the boxes. */
  annotated: boolean;
  stats: boolean;
  /** Letter keys do something: off for who speaks to the computer, or hits keys by accident. */
  keys: boolean;
}

export type ViewerChoice = keyof ViewerChoices;

const DEFAULTS: ViewerChoices = { boxes: true, labels: true, annotated: false, stats: false, keys: true };

export function useViewerChoices() {
  const [choices, setChoices] = useStoredChoice<ViewerChoices>('viewer', DEFAULTS, areChoices);
  const { boxes, labels } = choices;
  // One object as long as nothing changes: the view draws anew with each.
  const overlay = useMemo<OverlaySettings>(() => ({ boxes, labels }), [boxes, labels]);
  const toggle = (choice: ViewerChoice) => setChoices({ ...choices, [choice]: !choices[choice] });
  return { choices, overlay, toggle };
}

function areChoices(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.keys(DEFAULTS).every((key) => typeof (value as Record<string, unknown>)[key] === 'boolean');
}
