import type { Dispatch } from 'react';
import { t } from '../strings/index.js';
import { classes } from '../ui/classes.js';
import type { EditorAction, EditorState } from './editor-state.js';
import type { Shape } from './shapes.js';

const words = t.zones;

export interface ShapeListProps {
  state: EditorState;
  dispatch: Dispatch<EditorAction>;
  /** Ids of shapes with something wrong. */
  wrong: ReadonlySet<number>;
}

/** Everything that is drawn on the camera's picture. */
export function ShapeList({ state: { shapes, selected }, dispatch, wrong }: ShapeListProps) {
  return (
    <section aria-labelledby="shapes-title">
      <h2 id="shapes-title" className="mb-1.5 font-semibold">
        {words.list}
      </h2>
      {shapes.length === 0 && <p className="text-muted">{words.empty}</p>}
      <ul className="space-y-1">
        {shapes.map((shape) => (
          <li key={shape.id}>
            <button
              type="button"
              aria-current={shape.id === selected}
              onClick={() => dispatch({ type: 'select', id: shape.id })}
              className="flex min-h-13 w-full items-center gap-3 rounded-[12px] px-3.5 text-left transition-colors hover:bg-sunken aria-[current=true]:bg-sunken aria-[current=true]:font-semibold"
            >
              <Swatch shape={shape} />
              <span className={classes('min-w-0 flex-1 truncate', wrong.has(shape.id) && 'text-bad')}>
                {shape.name}
              </span>
              <span className="text-12 font-medium text-muted">{words.kinds[shape.kind]}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Swatch({ shape: { kind, color } }: { shape: Shape }) {
  const hatched = 'repeating-linear-gradient(45deg, var(--line-strong) 0 2px, transparent 2px 5px)';
  return (
    <span
      aria-hidden="true"
      className={classes('shrink-0', kind === 'line' ? 'h-1 w-3.5 rounded-full' : 'size-3.5 rounded-[5px]')}
      style={{ background: kind === 'mask' ? hatched : color }}
    />
  );
}
