import type { Model } from '@lookout/protocol';
import { useModelChange } from '../api/queries.js';
import { Button } from '../ui/button.js';
import { ErrorMessage } from '../ui/message.js';

type Change = Parameters<ReturnType<typeof useModelChange>['mutate']>[0]['change'];

/** The server's models: what each is, and what can be done with it. */
export function ModelTable({ models }: { models: readonly Model[] }) {
  const { mutate, isPending, variables, error } = useModelChange();
  if (models.length === 0) return <p className="text-muted">None known.</p>;
  return (
    <>
      <div className="overflow-x-auto">
        <table className="w-full text-left whitespace-nowrap">
          <thead className="text-[0.8125rem] text-muted">
            <tr>
              {['Name', 'Format', 'Input', 'Classes', 'Licence', 'State'].map((heading) => (
                <th key={heading} scope="col" className="py-1.5 pr-4 font-medium">
                  {heading}
                </th>
              ))}
              <th scope="col" className="py-1.5">
                <span className="sr-only">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {models.map((model) => (
              <ModelRow
                key={model.name}
                model={model}
                disabled={isPending}
                busy={isPending && variables.name === model.name}
                onChange={(change) => mutate({ name: model.name, change })}
              />
            ))}
          </tbody>
        </table>
      </div>
      {error && (
        <div className="mt-2">
          <ErrorMessage error={error} />
        </div>
      )}
      {models.map(
        ({ name, warning }) =>
          warning && (
            <p key={name} role="alert" className="mt-2 text-warn">
              {warning}
            </p>
          ),
      )}
    </>
  );
}

interface ModelRowProps {
  model: Model;
  disabled: boolean;
  busy: boolean;
  onChange(change: Change): void;
}

function ModelRow({ model, disabled, busy, onChange }: ModelRowProps) {
  const { name, format, input, classes, licence, unusable } = model;
  return (
    <tr className="border-t border-line">
      <th scope="row" className="py-2 pr-4 font-medium">
        {name}
      </th>
      {unusable === undefined ? (
        <>
          <td className="py-2 pr-4">{format}</td>
          <td className="figures py-2 pr-4">{input}</td>
          <td className="figures py-2 pr-4" title={classes.join(', ')}>
            {classes.length}
          </td>
          <td className="max-w-48 truncate py-2 pr-4" title={licence}>
            {licence ?? '–'}
          </td>
          <td className="py-2 pr-4" aria-live="polite">
            {busy ? 'working …' : stateOf(model)}
          </td>
          <td className="py-1">
            <ModelActions model={model} disabled={disabled} onChange={onChange} />
          </td>
        </>
      ) : (
        <td colSpan={6} className="py-2 whitespace-normal text-warn">
          Can’t be used: {unusable}
        </td>
      )}
    </tr>
  );
}

function ModelActions({ model, disabled, onChange }: Omit<ModelRowProps, 'busy'>) {
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
    <div className="flex justify-end gap-2">
      {!loaded && action('load', 'Load')}
      {!isDefault && action('default', 'Make default')}
      {loaded && !isDefault && in_use === 0 && action('unload', 'Unload')}
    </div>
  );
}

function stateOf({ loaded, default: isDefault, device, memory_mb, in_use = 0 }: Model): string {
  if (!loaded) return 'not loaded';
  const facts = ['loaded', isDefault && 'default', device, memory_mb && `about ${memory_mb} MB`];
  if (in_use > 0) facts.push(in_use === 1 ? 'in use by 1 client' : `in use by ${in_use} clients`);
  return facts.filter(Boolean).join(', ');
}
