import { type Dispatch, useEffect, useRef } from 'react';
import type { EditorAction, EditorState } from './editor-state.js';

/** Text fields have an undo of their own, and dialogs their own keys. */
const WITH_OWN_KEYS = 'input, textarea, select, [role=dialog], [role=alertdialog]';

type Key = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/** What a key does anywhere on the page of the editor. Keys of single points are theirs. */
export function actionOfKey(
  { key, ctrlKey, metaKey, shiftKey, altKey }: Key,
  state: EditorState,
): EditorAction | undefined {
  if (altKey) return undefined;
  if (ctrlKey || metaKey) {
    if (key.toLowerCase() === 'z') return { type: shiftKey ? 'redo' : 'undo' };
    return key.toLowerCase() === 'y' ? { type: 'redo' } : undefined;
  }
  if (state.draft) {
    if (key === 'Enter') return { type: 'finish' };
    if (key === 'Escape') return { type: 'cancel' };
    return key === 'Backspace' ? { type: 'undo' } : undefined;
  }
  if (state.selected === undefined) return undefined;
  if (key === 'Escape') return { type: 'select', id: undefined };
  return key === 'Delete' ? { type: 'removeShape' } : undefined;
}

export function useEditorKeys(state: EditorState, dispatch: Dispatch<EditorAction>): void {
  const current = useRef(state);
  useEffect(() => {
    current.current = state;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as Element;
      if (event.defaultPrevented || target.closest?.(WITH_OWN_KEYS)) return;
      // Enter on a button presses it, above all that of a tool.
      if (event.key === 'Enter' && target.closest?.('button, a')) return;
      const action = actionOfKey(event, current.current);
      if (!action) return;
      event.preventDefault();
      dispatch(action);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [dispatch]);
}
