import type { Model } from '@lookout/protocol';
import { tryWords } from '../strings/try.js';
import { SelectField } from '../ui/field.js';
import type { TryLink } from './try-link.js';

const words = tryWords.settings;

export interface ModelFieldsProps {
  value: TryLink;
  models: readonly Model[];
  canCompare: boolean;
  onChange: (value: TryLink) => void;
}

/** The model, and a second one beside it. A server with one model has nothing to choose. */
export function ModelFields({ value, models, canCompare, onChange }: ModelFieldsProps) {
  const { settings, compared } = value;
  const usable = models.filter(({ task, unusable }) => task === 'detect' && unusable === undefined);
  if (usable.length < 2 && settings.model === undefined && compared === undefined) return null;
  const byDefault = modelOf(undefined, models)?.name;
  const first = settings.model ?? byDefault;
  return (
    <>
      <SelectField
        label={words.model}
        hint={loadsFirst(settings.model, models)}
        value={settings.model ?? ''}
        options={[{ value: '', label: words.defaultModel(byDefault) }, ...optionsOf(usable, settings.model)]}
        onChange={(name) =>
          onChange({
            settings: { ...settings, model: name || undefined, classes: [] },
            compared: compared === (name || byDefault) ? undefined : compared,
          })
        }
      />
      {canCompare && (
        <SelectField
          label={words.compare}
          hint={loadsFirst(compared, models)}
          value={compared ?? ''}
          options={[
            { value: '', label: words.compareNone },
            ...optionsOf(
              usable.filter(({ name }) => name !== first),
              compared,
            ),
          ]}
          onChange={(name) => onChange({ settings, compared: name || undefined })}
        />
      )}
    </>
  );
}

/** @param name undefined: the default */
export function modelOf(name: string | undefined, models: readonly Model[]): Model | undefined {
  return models.find((each) => (name === undefined ? each.default : each.name === name));
}

/** Models to choose from, with the chosen one even if it is not among them: it came with a link. */
function optionsOf(usable: readonly Model[], chosen: string | undefined) {
  const options = usable.map(({ name, loaded }) => ({ value: name, label: loaded ? name : words.notLoaded(name) }));
  if (chosen === undefined || usable.some(({ name }) => name === chosen)) return options;
  return [...options, { value: chosen, label: words.notUsable(chosen) }];
}

function loadsFirst(name: string | undefined, models: readonly Model[]): string | undefined {
  const model = name === undefined ? undefined : modelOf(name, models);
  return model && !model.loaded && model.unusable === undefined ? words.loads : undefined;
}
