import type { Model } from '@lookout/protocol';
import { classesInWords } from '../lib/class-names.js';
import { t } from '../strings/index.js';
import { settingsWords } from '../strings/settings.js';
import { Button } from '../ui/button.js';
import { ConfirmDialog } from '../ui/dialog.js';
import { ErrorMessage } from '../ui/message.js';
import { type ModelChange, useModelChange } from './queries.js';

const words = settingsWords.models;

export interface ModelListProps {
  models: readonly Model[];
  /** For screen readers. */
  label: string;
  /** Whether the user may change them. */
  changeable: boolean;
}

/** Models, with the actions for each. */
export function ModelList({ models, label, changeable }: ModelListProps) {
  const { mutateAsync, isPending, variables, error } = useModelChange();
  if (models.length === 0) return <p className="text-muted">{words.none}</p>;
  return (
    <>
      <ul className="divide-y divide-line" aria-label={label}>
        {models.map((model) => (
          <li
            key={model.name}
            aria-label={model.name}
            className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3 first:pt-0"
          >
            <ModelFacts model={model} busy={isPending && variables.name === model.name} />
            {changeable && (
              <ModelActions
                model={model}
                disabled={isPending}
                onChange={(change) => mutateAsync({ name: model.name, change })}
              />
            )}
          </li>
        ))}
      </ul>
      <ErrorMessage error={error} className="mt-2" />
    </>
  );
}

function ModelFacts({ model, busy }: { model: Model; busy: boolean }) {
  const { name, task, format, input, classes, licence, reading, unusable, warning, bytes, speed } = model;
  const isDetector = task === 'detect';
  return (
    <div className="min-w-0">
      <p className="font-medium [overflow-wrap:anywhere]">{name}</p>
      {unusable === undefined ? (
        <>
          {words.plain[name] && <p className="text-pretty">{words.plain[name]}</p>}
          <p className="figures text-muted">
            {isDetector ? (
              <>
                {format}, {input}, <span title={classesInWords(classes)}>{words.classes(classes.length)}</span>
              </>
            ) : (
              format
            )}
            {licence && <>, {licence}</>}
            {bytes !== undefined && <>, {words.size(bytes)}</>}
          </p>
          {reading && reading.certainty !== 'sure' && (
            <p className="text-muted">
              {reading.certainty === 'likely' ? words.likely : words.unsure} {reading.why}
            </p>
          )}
          <p className="figures" aria-live="polite">
            {busy ? words.working : stateOf(model)}
          </p>
          {speed && <p className="figures text-muted">{words.speed(speed.ms, speed.device)}</p>}
        </>
      ) : (
        <p className="text-warn">{words.unusable(unusable)}</p>
      )}
      {warning && (
        <p role="alert" className="text-warn">
          {warning}
        </p>
      )}
    </div>
  );
}

interface ModelActionsProps {
  model: Model;
  disabled: boolean;
  onChange(change: ModelChange): Promise<unknown>;
}

function ModelActions({ model, disabled, onChange }: ModelActionsProps) {
  const { name, task, loaded, default: isDefault, in_use = 0, unusable } = model;
  // Other models are loaded on demand.
  const isUsable = task === 'detect' && unusable === undefined;
  const offered: Record<keyof typeof words.actions, boolean> = {
    default: isUsable && !isDefault,
    load: isUsable && !loaded,
    unload: isUsable && loaded && !isDefault && in_use === 0,
    measure: isUsable,
  };
  return (
    <div className="flex flex-wrap gap-2">
      {(Object.keys(offered) as Array<keyof typeof offered>)
        .filter((change) => offered[change])
        .map((change) => (
          // `aria-disabled` instead of `disabled`, so that the keyboard focus stays here.
          <Button
            key={change}
            aria-disabled={disabled}
            aria-label={`${words.actions[change]} ${name}`}
            // The error is shown below the list.
            onClick={() => disabled || void onChange(change).catch(() => undefined)}
          >
            {words.actions[change]}
          </Button>
        ))}
      {model.removable && (
        <ConfirmDialog
          trigger={
            <Button variant="danger" aria-label={words.removeModel(name)}>
              {words.remove}
            </Button>
          }
          title={words.removeTitle(name)}
          description={model.task === 'detect' ? words.removeText : words.removeOtherText}
          cancel={t.actions.keepIt}
          confirm={words.remove}
          onConfirm={() => onChange('remove')}
        />
      )}
    </div>
  );
}

function stateOf({ task, chosen, loaded, default: isDefault, device, memory_mb, in_use = 0 }: Model): string {
  if (task !== 'detect') return chosen ? words.chosen : words.notChosen;
  if (!loaded) return words.notLoaded;
  const memory = memory_mb && words.memory(memory_mb);
  return [words.loaded, isDefault && words.isDefault, device, memory, in_use > 0 && words.inUse(in_use)]
    .filter(Boolean)
    .join(', ');
}
