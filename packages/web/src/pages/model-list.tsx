import type { Model } from '@lookout/protocol';
import { useModelChange } from '../api/queries.js';
import { Button } from '../ui/button.js';
import { ErrorMessage } from '../ui/message.js';

type Change = Parameters<ReturnType<typeof useModelChange>['mutate']>[0]['change'];

/** The server's models: what each is, and what can be done with it. @param changeable whether we may do it */
export function ModelList({ models, changeable }: { models: readonly Model[]; changeable: boolean }) {
  const { mutate, isPending, variables, error } = useModelChange();
  if (models.length === 0) return <p className="text-muted">None known.</p>;
  return (
    <>
      <ul className="divide-y divide-line" aria-label="Models">
        {models.map((model) => (
          <ModelItem
            key={model.name}
            model={model}
            changeable={changeable}
            disabled={isPending}
            busy={isPending && variables.name === model.name}
            onChange={(change) => mutate({ name: model.name, change })}
          />
        ))}
      </ul>
      {error && (
        <div className="mt-2">
          <ErrorMessage error={error} />
        </div>
      )}
    </>
  );
}

interface ModelItemProps {
  model: Model;
  changeable: boolean;
  disabled: boolean;
  busy: boolean;
  onChange(change: Change): void;
}

function ModelItem({ model, changeable, disabled, busy, onChange }: ModelItemProps) {
  const { name, format, input, classes, licence, reading, unusable, warning } = model;
  return (
    <li aria-label={name} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-3 first:pt-0">
      <div className="min-w-0">
        <p className="font-medium [overflow-wrap:anywhere]">{name}</p>
        {unusable === undefined ? (
          <>
            <p className="figures text-muted">
              {format}, {input},{' '}
              <span title={classes.join(', ')}>{classes.length === 1 ? '1 class' : `${classes.length} classes`}</span>
              {licence && <>, {licence}</>}
            </p>
            {reading && reading.certainty !== 'sure' && (
              <p className="text-muted">
                {reading.certainty === 'likely' ? 'Probably read rightly. ' : 'Not sure that it is read rightly. '}
                {reading.why}
              </p>
            )}
            <p className="figures" aria-live="polite">
              {busy ? 'Working …' : stateOf(model)}
            </p>
          </>
        ) : (
          <p className="text-warn">Can’t be used: {unusable}</p>
        )}
        {warning && (
          <p role="alert" className="text-warn">
            {warning}
          </p>
        )}
      </div>
      {unusable === undefined && changeable && <ModelActions model={model} disabled={disabled} onChange={onChange} />}
    </li>
  );
}

function ModelActions({ model, disabled, onChange }: Omit<ModelItemProps, 'busy' | 'changeable'>) {
  const { name, loaded, default: isDefault, in_use = 0 } = model;
  const action = (change: Change, label: string) => (
    // Disabled by `aria-disabled`, so that the keyboard stays where it is.
    <Button
      aria-disabled={disabled}
      aria-label={`${label} ${name}`}
      onClick={() => disabled || onChange(change)}
      className="aria-disabled:cursor-not-allowed aria-disabled:opacity-50"
    >
      {label}
    </Button>
  );
  return (
    <div className="flex flex-wrap gap-2">
      {!loaded && action('load', 'Load')}
      {!isDefault && action('default', 'Make default')}
      {loaded && !isDefault && in_use === 0 && action('unload', 'Unload')}
    </div>
  );
}

function stateOf({ loaded, default: isDefault, device, memory_mb, in_use = 0 }: Model): string {
  if (!loaded) return 'Not loaded';
  const facts = ['Loaded', isDefault && 'default', device, memory_mb && `about ${memory_mb} MB`];
  if (in_use > 0) facts.push(in_use === 1 ? 'in use by 1 client' : `in use by ${in_use} clients`);
  return facts.filter(Boolean).join(', ');
}
