import { useEffect, useRef } from 'react';

const WITH_OWN_KEYS = 'input, textarea, select, [role=dialog], [role=alertdialog]';

/** The keys of the player, in the order of the help. */
export const PLAYER_KEYS = {
  fullscreen: 'f',
  pictureInPicture: 'p',
  boxes: 'b',
  labels: 'l',
  areas: 'z',
  guesses: 'g',
  annotated: 'a',
  stats: 'i',
  zoomIn: '+',
  zoomOut: '-',
  wholePicture: '0',
  save: 's',
  saveBare: 'S',
  help: '?',
} as const;
export type PlayerAction = keyof typeof PLAYER_KEYS;
export const PLAYER_ACTIONS = Object.keys(PLAYER_KEYS) as PlayerAction[];

/** The action of a key press; undefined while the user types or uses a browser shortcut. */
export function actionOf(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'repeat'>,
): PlayerAction | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return undefined;
  // The same key as plus, without Shift, on many keyboards.
  const key = event.key === '=' ? '+' : event.key;
  return PLAYER_ACTIONS.find((action) => PLAYER_KEYS[action] === key);
}

/**
 * Calls the actions of keys pressed anywhere in the page, except in fields and dialogs, which have their own keys.
 * @param enabled false: no key does anything
 */
export function usePlayerKeys(actions: Readonly<Partial<Record<PlayerAction, () => void>>>, enabled: boolean): void {
  const current = useRef(actions);
  useEffect(() => {
    current.current = actions;
  });
  useEffect(() => {
    if (!enabled) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || (event.target as Element).closest?.(WITH_OWN_KEYS)) return;
      const action = actionOf(event);
      const act = action && current.current[action];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [enabled]);
}
