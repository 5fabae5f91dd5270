import { useEffect, useRef } from 'react';

export type ViewerAction =
  | 'fullscreen'
  | 'pictureInPicture'
  | 'boxes'
  | 'labels'
  | 'annotated'
  | 'stats'
  | 'save'
  | 'saveBare'
  | 'help';

/** The keys of the viewer, in the order its help shows them. */
export const VIEWER_KEYS: ReadonlyArray<{ key: string; action: ViewerAction; does: string }> = [
  { key: 'f', action: 'fullscreen', does: 'Full screen, and back' },
  { key: 'p', action: 'pictureInPicture', does: 'Small window over everything else' },
  { key: 'b', action: 'boxes', does: 'Boxes' },
  { key: 'l', action: 'labels', does: 'Labels' },
  { key: 'a', action: 'annotated', does: 'Boxes drawn by the server' },
  { key: 'i', action: 'stats', does: 'Figures over the picture' },
  { key: 's', action: 'save', does: 'Save this picture as shown' },
  { key: 'S', action: 'saveBare', does: 'Save this picture without boxes' },
  { key: '?', action: 'help', does: 'These keys' },
];

/** What a key press asks for; undefined while somebody types or uses a shortcut of the browser's. */
export function actionOf(
  event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'repeat'>,
): ViewerAction | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return undefined;
  return VIEWER_KEYS.find(({ key }) => key === event.key)?.action;
}

/** Calls the actions of keys pressed anywhere in the page, except in fields, menus and dialogs, which have keys of their own. @param enabled false: no key does anything */
export function useViewerKeys(actions: Readonly<Partial<Record<ViewerAction, () => void>>>, enabled: boolean): void {
  const current = useRef(actions);
  useEffect(() => {
    current.current = actions;
  });
  useEffect(() => {
    if (!enabled) return;
    const onKey = (event: KeyboardEvent) => {
      if (
        event.defaultPrevented ||
        (event.target as Element).closest?.('input, textarea, select, [role=menu], [role=dialog]')
      )
        return;
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
