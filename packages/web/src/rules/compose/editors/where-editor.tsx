import { t } from '../../../strings/index.js';
import { Segmented } from '../../../ui/choice.js';
import { type PartValues, TRAITS } from '../../model/parts.js';
import { namedPlaces } from '../../model/places.js';
import { Swatch } from '../../place-picture.js';
import { Choices, Group, Toggles } from './choices.js';
import type { EditorProps } from './editor-props.js';

const words = t.compose.edit;

/** Not the name of an area: names are not empty. */
const WHOLE_VIEW = '';

/** Where: an area or a line, and on which cameras. */
export function WhereEditor({ parts, onChange, places, cameras }: EditorProps) {
  const { where, does } = parts;
  const kind = TRAITS[does.behavior].place;
  const change = (next: Partial<PartValues['where']>) => onChange({ where: { ...where, ...next } });
  const named = namedPlaces(places, kind).map((place) => ({
    value: place.name,
    label: place.name,
    hint: place.camera.name,
    mark: <Swatch color={place.color} />,
  }));
  const options = kind === 'zone' ? [{ value: WHOLE_VIEW, label: t.compose.values.wholeView }, ...named] : named;
  const isAll = where.cameras === 'all';
  return (
    <>
      <Group label={words.place[kind]}>
        <Choices
          name="place"
          options={options}
          value={where[kind] ?? WHOLE_VIEW}
          onChange={(name) => change({ [kind]: name === WHOLE_VIEW ? undefined : name })}
        />
        {named.length === 0 && (
          <p className="mt-2 text-13 text-muted">{kind === 'zone' ? words.noZones : words.noLines}</p>
        )}
      </Group>
      <Group label={words.cameras}>
        <Segmented
          label={words.cameras}
          value={isAll ? 'all' : 'some'}
          options={[
            { value: 'all', label: t.compose.values.everyCamera },
            { value: 'some', label: words.someCameras },
          ]}
          onChange={(next) => change({ cameras: next === 'all' ? 'all' : cameras.slice(0, 1).map(({ id }) => id) })}
        />
        {!isAll && (
          <Toggles
            options={cameras.map(({ id, name }) => ({ value: id, label: name }))}
            chosen={where.cameras === 'all' ? [] : where.cameras}
            onChange={(chosen) => change({ cameras: chosen })}
            className="mt-2"
          />
        )}
      </Group>
    </>
  );
}
