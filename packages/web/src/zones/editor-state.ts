import { MASK_COLOUR, type PlanePoint } from '@lookout/protocol';
import {
  freshColour,
  MAX_CORNERS,
  MIN_CORNERS,
  movedShape,
  type Shape,
  type ShapeKind,
  withinPicture,
} from './shapes.js';

/** Everything the editor knows. Changed only by `edited`. */
export interface EditorState {
  readonly shapes: readonly Shape[];
  /** The shapes before each step that can be undone, oldest first. */
  readonly past: ReadonlyArray<readonly Shape[]>;
  /** The shapes after each step that was undone, next first. */
  readonly future: ReadonlyArray<readonly Shape[]>;
  readonly nextId: number;
  /** Id of the shape that is edited. */
  readonly selected: number | undefined;
  /** Index of its point that keys move. */
  readonly corner: number | undefined;
  /** A shape of which more points follow. */
  readonly draft: Draft | undefined;
  /** What the last step was part of: further edits of the same gesture belong to that step. */
  readonly gesture: string | undefined;
}

export interface Draft {
  readonly kind: ShapeKind;
  readonly name: string;
  readonly points: readonly PlanePoint[];
}

export type EditorAction =
  /** Points follow one by one. */
  | { type: 'draw'; kind: ShapeKind; name: string }
  | { type: 'place'; point: PlanePoint }
  /** No more points follow. A draft with too few is dropped. */
  | { type: 'finish' }
  | { type: 'cancel' }
  /** A whole shape at once. */
  | { type: 'add'; kind: ShapeKind; name: string; points: readonly PlanePoint[] }
  | { type: 'select'; id: number | undefined; corner?: number | undefined }
  | { type: 'moveCorner'; to: PlanePoint; gesture: string }
  | { type: 'moveShape'; by: PlanePoint; gesture: string }
  /** Between the corner `edge` and the next; it is then the one that keys and pointers move. */
  | { type: 'insertCorner'; edge: number; at: PlanePoint; gesture: string }
  | { type: 'removeCorner' }
  | { type: 'removeShape' }
  /** The other side becomes `forward`. Sides keep their places, and so their names. */
  | { type: 'turnLine' }
  | { type: 'describe'; change: Partial<Pick<Shape, 'name' | 'color' | 'sides' | 'classes'>>; gesture: string }
  | { type: 'undo' }
  | { type: 'redo' };

/** Steps that can be undone. */
const MAX_STEPS = 200;

export function openEditor(shapes: readonly Shape[]): EditorState {
  const nextId = 1 + Math.max(-1, ...shapes.map(({ id }) => id));
  return {
    shapes,
    past: [],
    future: [],
    nextId,
    selected: undefined,
    corner: undefined,
    draft: undefined,
    gesture: undefined,
  };
}

/** The shape that is edited. */
export function selectedShape({ shapes, selected }: EditorState): Shape | undefined {
  return shapes.find(({ id }) => id === selected);
}

/** The state after an action. Never changes its arguments. */
export function edited(state: EditorState, action: EditorAction): EditorState {
  switch (action.type) {
    case 'draw':
      return {
        ...state,
        selected: undefined,
        corner: undefined,
        draft: { kind: action.kind, name: action.name, points: [] },
      };
    case 'place':
      return place(state, withinPicture(action.point));
    case 'finish':
      return finish(state);
    case 'cancel':
      return { ...state, draft: undefined };
    case 'add':
      return add(state, action);
    case 'select':
      return { ...state, selected: action.id, corner: action.corner, draft: undefined, gesture: undefined };
    case 'moveCorner':
      return changed(state, action.gesture, ({ points }) => ({
        points: points.map((point, i) => (i === state.corner ? withinPicture(action.to) : point)),
      }));
    case 'moveShape':
      return changed(state, action.gesture, ({ points }) => ({ points: movedShape(points, action.by) }));
    case 'insertCorner':
      return insertCorner(state, action);
    case 'removeCorner':
      return removeCorner(state);
    case 'removeShape':
      return removeShape(state);
    case 'turnLine':
      return changed(state, undefined, ({ points, sides: [left, right] }) => ({
        points: points.toReversed(),
        sides: [right, left],
      }));
    case 'describe':
      return changed(state, action.gesture, () => action.change);
    case 'undo':
      return undo(state);
    case 'redo':
      return redo(state);
  }
}

/** Another step that can be undone, or more of the last one. */
function stepped(state: EditorState, shapes: readonly Shape[], gesture?: string): EditorState {
  const continues = gesture !== undefined && gesture === state.gesture;
  const past = continues ? state.past : [...state.past, state.shapes].slice(-MAX_STEPS);
  return { ...state, shapes, past, future: [], gesture };
}

/** Changes the selected shape. */
function changed(
  state: EditorState,
  gesture: string | undefined,
  change: (shape: Shape) => Partial<Shape>,
): EditorState {
  if (!selectedShape(state)) return state;
  const shapes = state.shapes.map((shape) => (shape.id === state.selected ? { ...shape, ...change(shape) } : shape));
  return stepped(state, shapes, gesture);
}

function place(state: EditorState, point: PlanePoint): EditorState {
  if (!state.draft) return state;
  const draft = { ...state.draft, points: [...state.draft.points, point] };
  const isWhole = draft.points.length === (draft.kind === 'line' ? 2 : MAX_CORNERS);
  return isWhole ? finish({ ...state, draft }) : { ...state, draft };
}

function finish(state: EditorState): EditorState {
  const { draft } = state;
  if (!draft) return state;
  const ended = { ...state, draft: undefined };
  return draft.points.length < (draft.kind === 'line' ? 2 : MIN_CORNERS) ? ended : add(ended, draft);
}

function add(state: EditorState, { kind, name, points }: Draft): EditorState {
  const color = kind === 'mask' ? MASK_COLOUR : freshColour(state.shapes);
  const shape: Shape = {
    id: state.nextId,
    kind,
    name,
    points: points.map(withinPicture),
    color,
    sides: ['', ''],
    classes: '',
  };
  return {
    ...stepped(state, [...state.shapes, shape]),
    nextId: state.nextId + 1,
    selected: shape.id,
    corner: undefined,
    draft: undefined,
  };
}

function insertCorner(
  state: EditorState,
  { edge, at, gesture }: Extract<EditorAction, { type: 'insertCorner' }>,
): EditorState {
  const shape = selectedShape(state);
  if (!shape || shape.kind === 'line' || shape.points.length >= MAX_CORNERS) return state;
  const points = shape.points.toSpliced(edge + 1, 0, withinPicture(at));
  return { ...changed(state, gesture, () => ({ points })), corner: edge + 1 };
}

/** The corner after it is the next that keys move. */
function removeCorner(state: EditorState): EditorState {
  const { corner } = state;
  const shape = selectedShape(state);
  if (!shape || corner === undefined || shape.kind === 'line' || shape.points.length <= MIN_CORNERS) return state;
  const points = shape.points.toSpliced(corner, 1);
  return { ...changed(state, undefined, () => ({ points })), corner: corner % points.length };
}

function removeShape(state: EditorState): EditorState {
  if (!selectedShape(state)) return state;
  const shapes = state.shapes.filter(({ id }) => id !== state.selected);
  return { ...stepped(state, shapes), selected: undefined, corner: undefined };
}

/** While something is drawn, takes back its last point. */
function undo(state: EditorState): EditorState {
  const { draft } = state;
  if (draft) {
    const points = draft.points.slice(0, -1);
    return { ...state, draft: draft.points.length > 0 ? { ...draft, points } : undefined };
  }
  const before = state.past.at(-1);
  if (!before) return state;
  const past = state.past.slice(0, -1);
  return settled({ ...state, shapes: before, past, future: [state.shapes, ...state.future] });
}

function redo(state: EditorState): EditorState {
  const [after, ...future] = state.future;
  if (!after || state.draft) return state;
  return settled({ ...state, shapes: after, past: [...state.past, state.shapes], future });
}

/** After other shapes came back: what was selected may be gone. */
function settled(state: EditorState): EditorState {
  const shape = selectedShape(state);
  const hasCorner = shape !== undefined && state.corner !== undefined && state.corner < shape.points.length;
  return { ...state, selected: shape?.id, corner: hasCorner ? state.corner : undefined, gesture: undefined };
}
