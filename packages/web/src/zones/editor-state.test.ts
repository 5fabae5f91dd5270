import type { PlanePoint } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { type EditorAction, type EditorState, edited, openEditor, selectedShape } from './editor-state.js';
import { shapesOf } from './shapes.js';

const camera = {
  zones: [
    {
      name: 'lawn',
      points: [
        [0.2, 0.2],
        [0.6, 0.2],
        [0.6, 0.6],
        [0.2, 0.6],
      ] as Array<[number, number]>,
    },
  ],
  lines: [{ name: 'gate', from: [0.1, 0.9] as [number, number], to: [0.9, 0.9] as [number, number] }],
  masks: [],
};
const opened = openEditor(shapesOf(camera));
const [lawn, gate] = opened.shapes.map(({ id }) => id);

/** The state after these actions. */
const after = (...actions: EditorAction[]) => actions.reduce<EditorState>(edited, opened);
const points = (state: EditorState, id = state.selected) => state.shapes.find((shape) => shape.id === id)?.points;
const place = (...all: PlanePoint[]): EditorAction[] => all.map((point) => ({ type: 'place', point }));
const move = (to: PlanePoint, gesture = 'drag 1'): EditorAction => ({ type: 'moveCorner', to, gesture });

describe('drawing', () => {
  const drawArea: EditorAction = { type: 'draw', kind: 'zone', name: 'Area 1' };

  it('makes an area of the corners that were placed, and selects it', () => {
    const state = after(drawArea, ...place([0, 0], [1, 0], [1, 1]), { type: 'finish' });
    expect(selectedShape(state)).toMatchObject({ kind: 'zone', name: 'Area 1', color: '#7aa5ff' });
    expect(points(state)).toEqual([
      [0, 0],
      [1, 0],
      [1, 1],
    ]);
    expect(state.draft).toBeUndefined();
  });

  it('makes a line of two points at once', () => {
    const state = after({ type: 'draw', kind: 'line', name: 'Line 1' }, ...place([0.1, 0.1], [0.4, 0.5]));
    expect(selectedShape(state)).toMatchObject({
      kind: 'line',
      points: [
        [0.1, 0.1],
        [0.4, 0.5],
      ],
    });
  });

  it('drops an area of fewer than three corners, and what is cancelled', () => {
    expect(after(drawArea, ...place([0, 0], [1, 0]), { type: 'finish' })).toMatchObject({ shapes: opened.shapes });
    expect(after(drawArea, ...place([0, 0]), { type: 'cancel' }).draft).toBeUndefined();
  });

  it('takes back point after point, then the drawing', () => {
    const undo: EditorAction = { type: 'undo' };
    const begun = after(drawArea, ...place([0, 0], [1, 0]));
    expect(edited(begun, undo).draft?.points).toEqual([[0, 0]]);
    expect([undo, undo, undo].reduce(edited, begun).draft).toBeUndefined();
  });

  it('keeps points within the picture, and ends an area at 24 corners', () => {
    const state = after(drawArea, ...place(...Array.from({ length: 24 }, (_, i): PlanePoint => [i / 10, -1])));
    expect(points(state)?.[23]).toEqual([1, 0]);
    expect(state.draft).toBeUndefined();
  });
});

describe('editing', () => {
  it('moves the selected corner', () => {
    const state = after({ type: 'select', id: lawn, corner: 1 }, move([0.7, 0.1]));
    expect(points(state)?.[1]).toEqual([0.7, 0.1]);
    expect(points(state, gate)).toBe(opened.shapes[1]?.points);
  });

  it('moves a whole shape up to the edge of the picture, without bending it', () => {
    const state = after({ type: 'select', id: lawn }, { type: 'moveShape', by: [-0.5, 0.1], gesture: 'drag 1' });
    expect(points(state)?.map(([x]) => Math.round(x * 100))).toEqual([0, 40, 40, 0]);
    expect(points(state)?.map(([, y]) => Math.round(y * 100))).toEqual([30, 30, 70, 70]);
  });

  it('adds a corner on an edge, which then can be moved', () => {
    const insert: EditorAction = { type: 'insertCorner', edge: 3, at: [0.2, 0.4], gesture: 'drag 1' };
    const state = after({ type: 'select', id: lawn }, insert, move([0.1, 0.4]));
    expect(state.corner).toBe(4);
    expect(points(state)?.[4]).toEqual([0.1, 0.4]);
    expect(edited(state, { type: 'undo' }).shapes).toEqual(opened.shapes);
  });

  it('removes a corner, but leaves three', () => {
    const remove: EditorAction = { type: 'removeCorner' };
    const state = after({ type: 'select', id: lawn, corner: 3 }, remove);
    expect(points(state)).toHaveLength(3);
    expect(state.corner).toBe(0);
    expect(edited(state, remove)).toBe(state);
    const line = after({ type: 'select', id: gate, corner: 0 });
    expect(edited(line, remove)).toBe(line);
  });

  it('removes a shape', () => {
    const state = after({ type: 'select', id: lawn }, { type: 'removeShape' });
    expect(state.shapes.map(({ name }) => name)).toEqual(['gate']);
    expect(selectedShape(state)).toBeUndefined();
  });

  it('turns the arrow of a line, while its sides keep their places', () => {
    const named: EditorAction = { type: 'describe', change: { sides: ['street', 'yard'] }, gesture: 'sides' };
    const state = after({ type: 'select', id: gate }, named, { type: 'turnLine' });
    expect(selectedShape(state)).toMatchObject({
      points: [
        [0.9, 0.9],
        [0.1, 0.9],
      ],
      sides: ['yard', 'street'],
    });
  });

  it('does nothing where nothing is selected', () => {
    expect(after(move([0, 0]), { type: 'removeShape' }, { type: 'turnLine' })).toEqual(opened);
  });
});

describe('undo and redo', () => {
  const undo: EditorAction = { type: 'undo' };
  const redo: EditorAction = { type: 'redo' };
  const selectCorner: EditorAction = { type: 'select', id: lawn, corner: 0 };

  it('take a whole drag, and a whole word, as one step', () => {
    const dragged = after(selectCorner, move([0.1, 0.1]), move([0.15, 0.1]), move([0.2, 0.1]));
    expect(edited(dragged, undo).shapes).toEqual(opened.shapes);
    const typed = after(
      selectCorner,
      ...['f', 'fi', 'field'].map((name): EditorAction => ({ type: 'describe', change: { name }, gesture: 'name 0' })),
    );
    expect(edited(typed, undo).shapes[0]?.name).toBe('lawn');
  });

  it('keep two drags apart', () => {
    const state = after(selectCorner, move([0.1, 0.1]), move([0.3, 0.3], 'drag 2'));
    expect(points(edited(state, undo), lawn)?.[0]).toEqual([0.1, 0.1]);
  });

  it('go back and forth, until something else is done', () => {
    const moved = after(selectCorner, move([0.1, 0.1]));
    const back = edited(moved, undo);
    expect(points(edited(back, redo), lawn)?.[0]).toEqual([0.1, 0.1]);
    const other = edited(back, { type: 'moveShape', by: [0.1, 0], gesture: 'drag 3' });
    expect(edited(other, redo)).toBe(other);
    expect(edited(opened, undo)).toBe(opened);
  });

  it('select nothing that is gone', () => {
    const drawn = after({
      type: 'add',
      kind: 'line',
      name: 'x',
      points: [
        [0, 0],
        [1, 1],
      ],
    });
    expect(edited(drawn, undo).selected).toBeUndefined();
  });

  it('remember the last 200 steps', () => {
    const steps = Array.from({ length: 250 }, (_, i) => move([i / 1000, 0], `drag ${i}`));
    expect(after(selectCorner, ...steps).past).toHaveLength(200);
  });
});
