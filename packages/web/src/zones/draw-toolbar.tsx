import { MAX_REGIONS, type PlanePoint } from '@lookout/protocol';
import { Check, Eraser, type LucideIcon, MoveUpRight, Pentagon, Redo2, Undo2, X } from 'lucide-react';
import { type Dispatch, useEffect, useState } from 'react';
import { t } from '../strings/index.js';
import { type EditorAction, type EditorState, selectedShape } from './editor-state.js';
import { freshName, MIN_CORNERS, type ShapeKind } from './shapes.js';

const words = t.zones;

const TOOLS: ReadonlyArray<{ kind: ShapeKind; Icon: LucideIcon }> = [
  { kind: 'zone', Icon: Pentagon },
  { kind: 'line', Icon: MoveUpRight },
  { kind: 'mask', Icon: Eraser },
];

/** Where a shape begins that is drawn by keys, in the middle of the picture. */
const AREA: readonly PlanePoint[] = [
  [0.35, 0.35],
  [0.65, 0.35],
  [0.65, 0.65],
  [0.35, 0.65],
];
const LINE: readonly PlanePoint[] = [
  [0.3, 0.6],
  [0.7, 0.6],
];

/** Chooses what is drawn next; while it is drawn, ends it. */
export function DrawToolbar({ state, dispatch }: { state: EditorState; dispatch: Dispatch<EditorAction> }) {
  const { draft, shapes, past, future } = state;
  const begin = (kind: ShapeKind, byKey: boolean) => {
    const name = freshName(words.newNames[kind], shapes);
    if (draft?.kind === kind) dispatch({ type: 'cancel' });
    else if (byKey) dispatch({ type: 'add', kind, name, points: kind === 'line' ? LINE : AREA });
    else dispatch({ type: 'draw', kind, name });
  };
  const isFull = (kind: ShapeKind) => shapes.filter((shape) => shape.kind === kind).length >= MAX_REGIONS;
  return (
    <div
      role="toolbar"
      aria-label={words.toolbar}
      className="flex gap-0.5 rounded-lg bg-sunken p-1 phone:w-full phone:rounded-none phone:px-2 phone:text-muted"
    >
      {TOOLS.map(({ kind, Icon }) => (
        <Tool
          key={kind}
          label={words.tools[kind]}
          Icon={Icon}
          pressed={draft?.kind === kind}
          disabled={isFull(kind)}
          onClick={(byKey) => begin(kind, byKey)}
        />
      ))}
      <span aria-hidden="true" className="mx-1 my-2 w-px bg-line-strong/50" />
      {draft ? (
        <>
          {draft.kind !== 'line' && (
            <Tool
              label={words.finish}
              Icon={Check}
              disabled={draft.points.length < MIN_CORNERS}
              onClick={() => dispatch({ type: 'finish' })}
            />
          )}
          <Tool label={words.cancel} Icon={X} onClick={() => dispatch({ type: 'cancel' })} />
        </>
      ) : (
        <>
          <Tool
            label={words.undo}
            Icon={Undo2}
            disabled={past.length === 0}
            onClick={() => dispatch({ type: 'undo' })}
          />
          <Tool
            label={words.redo}
            Icon={Redo2}
            disabled={future.length === 0}
            onClick={() => dispatch({ type: 'redo' })}
          />
        </>
      )}
    </div>
  );
}

interface ToolProps {
  label: string;
  Icon: LucideIcon;
  pressed?: boolean;
  disabled?: boolean;
  /** @param byKey pressed by the keyboard or a screen reader, which cannot point at the picture */
  onClick: (byKey: boolean) => void;
}

function Tool({ label, Icon, pressed, disabled = false, onClick }: ToolProps) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      // Not `disabled`, so that the keyboard focus stays here.
      aria-disabled={disabled}
      onClick={({ detail }) => disabled || onClick(detail === 0)}
      className="flex h-target min-w-target items-center justify-center gap-2 rounded-[12px] px-3.5 font-strong transition-colors aria-disabled:opacity-45 aria-pressed:bg-lifted aria-pressed:text-text aria-pressed:shadow-1 max-lg:px-2.5 phone:h-13.5 phone:flex-1 phone:flex-col phone:gap-0.5 phone:px-1 phone:text-[0.6875rem] phone:leading-4"
    >
      <Icon size={18} aria-hidden="true" />
      <span className="min-[701px]:max-lg:sr-only">{label}</span>
    </button>
  );
}

/** What to do next, over the picture; read out when it changes. */
export function DrawTip({ state }: { state: EditorState }) {
  const byKeys = usePointFocus();
  const { draft } = state;
  const shape = selectedShape(state);
  const kind = draft?.kind === 'line' || shape?.kind === 'line' ? 'line' : 'zone';
  const tips = { ...words.tips, ...(byKeys && words.tips.byKeys) };
  const drawing = draft && (draft.points.length === 0 ? tips.first : tips.next)[kind];
  const editing = shape && (kind === 'line' ? tips.line : tips.area);
  return (
    <p
      role="status"
      className="pointer-events-none absolute bottom-4 left-1/2 z-3 flex min-h-9 w-max max-w-[calc(100%-2rem)] -translate-x-1/2 items-center rounded-full bg-glass px-3 py-1.5 text-13 font-strong text-on-glass backdrop-blur-md phone:static phone:w-auto phone:max-w-none phone:translate-x-0 phone:rounded-none phone:bg-surface phone:px-4 phone:font-normal phone:text-muted phone:backdrop-blur-none"
    >
      {drawing ?? editing ?? tips.none}
    </p>
  );
}

/** Whether the keyboard is at a point of the shape. */
function usePointFocus(): boolean {
  const [isAtPoint, setIsAtPoint] = useState(false);
  useEffect(() => {
    const follow = () =>
      setIsAtPoint(document.activeElement?.matches(':is([data-corner],[data-edge]):focus-visible') === true);
    document.addEventListener('focusin', follow);
    return () => document.removeEventListener('focusin', follow);
  }, []);
  return isAtPoint;
}
