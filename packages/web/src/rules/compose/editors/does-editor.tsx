import { BEHAVIORS, type Behavior } from '@lookout/protocol';
import { t } from '../../../strings/index.js';
import { Segmented } from '../../../ui/choice.js';
import { Warning } from '../../../ui/message.js';
import { partText } from '../../describe.js';
import { lostWith, type PartValues, TRAITS, withEdits } from '../../model/parts.js';
import { findPlace } from '../../model/places.js';
import { Choices, Group } from './choices.js';
import { ClassPicker } from './class-picker.js';
import type { EditorProps } from './editor-props.js';

const words = t.compose.edit;

const OPTIONS = BEHAVIORS.map((value) => ({ value, ...words.behaviors[value] }));

/** What they do. What another behaviour cannot have is told before it is left out. */
export function DoesEditor({ parts, onChange, classes, places, cameras }: EditorProps) {
  const { does } = parts;
  const traits = TRAITS[does.behavior];
  const change = (next: Partial<PartValues['does']>) => onChange({ does: { ...does, ...next } });
  const choose = (behavior: Behavior) => onChange({ does: withEdits(parts, { does: { behavior } }).does });
  const losses = lossesOf(parts, cameras);
  return (
    <Group label={words.behavior}>
      <Choices name="behavior" options={OPTIONS} value={does.behavior} onChange={choose}>
        <div className="space-y-3 py-3 pl-4 empty:hidden">
          {losses.length > 0 && <Warning>{words.lost(losses)}</Warning>}
          {traits.directions && (
            <Group label={words.direction}>
              <Choices
                name="direction"
                options={traits.directions.map((value) => ({ value, label: directionLabel(value, parts, places) }))}
                value={does.direction}
                onChange={(direction) => change({ direction })}
              />
            </Group>
          )}
          {traits.levels && (
            <Segmented
              label={words.level}
              value={does.level ?? 'fast'}
              options={traits.levels.map((value) => ({ value, label: words.levels[value] }))}
              onChange={(level) => change({ level })}
            />
          )}
          {traits.hasOther && (
            <Group label={does.behavior === 'near' ? words.other.near : words.other.without}>
              <ClassPicker classes={classes} chosen={does.other ?? []} onChange={(other) => change({ other })} />
            </Group>
          )}
        </div>
      </Choices>
    </Group>
  );
}

/** The parts that the chosen behaviour gives up, in words. */
function lossesOf(parts: PartValues, cameras: EditorProps['cameras']): string[] {
  const lost = lostWith(parts, parts.does.behavior);
  const said = t.compose.values;
  const place = parts.where.zone ?? parts.where.line;
  return [
    ...(lost.count && parts.who.count ? [said.objects(parts.who.classes, parts.who.count)] : []),
    ...(lost.seconds ? [partText('long', parts, cameras)] : []),
    ...(lost.place && place ? [place] : []),
  ];
}

/** Across a line whose sides have names, a direction is told by them. */
function directionLabel(value: string, { does, where }: PartValues, places: EditorProps['places']): string {
  const place = does.behavior === 'cross' && where.line ? findPlace(places, 'line', where.line) : undefined;
  const sides = place?.kind === 'line' ? place.line.sides : undefined;
  if (!sides || value === 'any') return words.directions[value] ?? value;
  const [left, right] = sides;
  return value === 'forward' ? words.fromTo(left, right) : words.fromTo(right, left);
}
