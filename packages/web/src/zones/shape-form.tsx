import { REGION_COLOURS } from '@lookout/protocol';
import { ArrowLeftRight, CircleMinus, ListChecks, Trash2 } from 'lucide-react';
import { RadioGroup } from 'radix-ui';
import { type Dispatch, useEffect, useId, useRef } from 'react';
import { t } from '../strings/index.js';
import { Button } from '../ui/button.js';
import { TextField } from '../ui/field.js';
import { Problem } from '../ui/message.js';
import type { EditorAction } from './editor-state.js';
import type { ShapeProblem } from './shape-problems.js';
import { MIN_CORNERS, type Shape } from './shapes.js';

const words = t.zones;

export interface ShapeFormProps {
  shape: Shape;
  /** The corner that was chosen last. */
  corner: number | undefined;
  /** What is wrong with it. */
  problems: readonly ShapeProblem[];
  /** How many rules refer to it by its saved name. */
  ruleCount: number;
  /** Whether it was drawn just now, so that its name comes next. */
  isNew: boolean;
  dispatch: Dispatch<EditorAction>;
}

/** Name, colour and the rest of the shape that is edited. */
export function ShapeForm({ shape, corner, problems, ruleCount, isNew, dispatch }: ShapeFormProps) {
  const { id, kind, name, points, color, classes } = shape;
  const form = useRef<HTMLDivElement>(null);
  // With a keyboard at hand, its name can be typed at once; on phones it would cover the picture.
  useEffect(() => {
    const field = form.current?.querySelector('input');
    if (isNew && matchMedia('(pointer: fine)').matches) field?.select();
  }, [isNew]);
  const problem = (field: ShapeProblem['field']) => problems.find((one) => one.field === field)?.message;
  const describe = (change: Extract<EditorAction, { type: 'describe' }>['change']) =>
    dispatch({ type: 'describe', change, gesture: `${Object.keys(change)[0]} ${id}` });
  const outline = problem('points');
  return (
    <div ref={form} className="space-y-5">
      {outline && <Problem title={outline} />}
      <TextField
        label={words.name}
        hint={words.nameHint[kind]}
        error={problem('name')}
        autoComplete="off"
        value={name}
        onChange={(value) => describe({ name: value })}
      />
      {kind !== 'mask' && <Colours value={color} onChange={(value) => describe({ color: value })} />}
      {kind === 'line' && (
        <LineSides
          shape={shape}
          error={problem('sides')}
          onChange={(sides) => describe({ sides })}
          onTurn={() => dispatch({ type: 'turnLine' })}
        />
      )}
      {kind === 'mask' && (
        <TextField
          label={words.classes.label}
          placeholder={words.classes.placeholder}
          hint={words.classes.hint}
          error={problem('classes')}
          autoComplete="off"
          autoCapitalize="none"
          value={classes}
          onChange={(value) => describe({ classes: value })}
        />
      )}
      {ruleCount > 0 && (
        <p className="flex gap-2.5 rounded-[12px] bg-sunken px-3.5 py-3 text-13">
          <ListChecks size={15} className="mt-0.5 shrink-0" aria-hidden="true" />
          {words.usedBy(ruleCount, name)}
        </p>
      )}
      <div className="flex flex-wrap gap-2">
        {corner !== undefined && kind !== 'line' && points.length > MIN_CORNERS && (
          <Button onClick={() => dispatch({ type: 'removeCorner' })}>
            <CircleMinus size={16} aria-hidden="true" />
            {words.removeCorner}
          </Button>
        )}
        <Button variant="danger" onClick={() => dispatch({ type: 'removeShape' })}>
          <Trash2 size={16} aria-hidden="true" />
          {words.remove[kind]}
        </Button>
      </div>
    </div>
  );
}

function Colours({ value, onChange }: { value: string; onChange: (colour: string) => void }) {
  const id = useId();
  // One from elsewhere stays among those to choose from.
  const colours = [...new Set<string>([...REGION_COLOURS, value])];
  return (
    <div>
      <span id={id} className="mb-1.5 block text-13 font-strong">
        {words.colour}
      </span>
      <RadioGroup.Root
        aria-labelledby={id}
        value={value}
        onValueChange={onChange}
        className="-ml-1.5 flex flex-wrap gap-1.5"
      >
        {colours.map((colour, i) => (
          <RadioGroup.Item
            key={colour}
            value={colour}
            aria-label={words.colourNumber(i + 1)}
            className="grid size-11 place-items-center rounded-[12px] data-[state=checked]:inset-ring-2 data-[state=checked]:inset-ring-text"
          >
            <span
              className="size-7.5 rounded-[9px] inset-ring-1 inset-ring-black/18"
              style={{ background: colour }}
              aria-hidden="true"
            />
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
    </div>
  );
}

interface LineSidesProps {
  shape: Shape;
  error: string | undefined;
  onChange: (sides: [string, string]) => void;
  onTurn: () => void;
}

/** Which way counts as forward, and what lies on either side. */
function LineSides({ shape: { name, sides }, error, onChange, onTurn }: LineSidesProps) {
  const [left, right] = sides;
  const text = words.sides.text(left.trim() || words.sides.left, right.trim() || words.sides.right, name.trim());
  return (
    <section aria-label={words.sides.title} className="space-y-3">
      <h3 className="text-13 font-strong">{words.sides.title}</h3>
      <p className="text-13 text-muted">{text}</p>
      <Button onClick={onTurn}>
        <ArrowLeftRight size={15} aria-hidden="true" />
        {words.sides.turn}
      </Button>
      <div className="grid grid-cols-2 gap-3">
        <TextField
          label={words.sides.leftLabel}
          autoComplete="off"
          value={left}
          onChange={(value) => onChange([value, right])}
        />
        <TextField
          label={words.sides.rightLabel}
          autoComplete="off"
          value={right}
          onChange={(value) => onChange([left, value])}
        />
      </div>
      <p className={error ? 'text-13 text-bad' : 'text-13 text-muted'}>{error ?? words.sides.hint}</p>
    </section>
  );
}
