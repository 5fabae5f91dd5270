import type { Model, OtherModelTask, TaskModelChoice } from '@lookout/protocol';
import { settingsWords } from '../strings/settings.js';
import { SelectField } from '../ui/field.js';
import { ErrorMessage } from '../ui/message.js';
import { Panel } from '../ui/panel.js';
import { ModelCatalogue } from './model-catalogue.js';
import { ModelList } from './model-list.js';
import { useChooseModel, useTaskChoices } from './queries.js';

const words = settingsWords.purposes;
const TASKS = ['embed', 'open-detect', 'segment'] as const satisfies readonly OtherModelTask[];

/** The models other than detectors: a panel per task, with those installed and those to download. */
export function TaskModels({ models, changeable }: { models: readonly Model[]; changeable: boolean }) {
  const { data: choices = [], error } = useTaskChoices(changeable);
  const broken = models.filter(({ task }) => task === 'unknown');
  return (
    <>
      <ErrorMessage error={error} />
      {TASKS.map((task) => {
        const here = models.filter((model) => model.task === task);
        const choice = choices.find((one) => one.task === task);
        return (
          <Panel key={task} title={words[task].title}>
            <p className="mb-3 text-pretty text-muted">{words[task].about}</p>
            {choice && here.length > 0 && <Choice choice={choice} models={here} />}
            {here.length > 0 && <ModelList models={here} label={words[task].title} changeable={changeable} />}
            {changeable && <ModelCatalogue task={task} />}
          </Panel>
        );
      })}
      {broken.length > 0 && (
        <Panel title={words.broken}>
          <ModelList models={broken} label={words.broken} changeable={changeable} />
        </Panel>
      )}
    </>
  );
}

function Choice({ choice, models }: { choice: TaskModelChoice; models: readonly Model[] }) {
  const choose = useChooseModel();
  const names = models.filter(({ unusable }) => unusable === undefined).map(({ name }) => name);
  // A removed model stays chosen until another one is.
  const all = ['auto', 'off', ...names].includes(choice.choice) ? names : [...names, choice.choice];
  return (
    <div className="mb-3">
      <SelectField
        label={words.used}
        {...(!choice.changeable && { hint: words.fixed })}
        disabled={!choice.changeable || choose.isPending}
        value={choice.choice}
        options={[
          { value: 'auto', label: words.auto(choice.choice === 'auto' ? choice.model : undefined) },
          ...all.map((name) => ({ value: name, label: name })),
          { value: 'off', label: words.off },
        ]}
        onChange={(name) => choose.mutate({ task: choice.task, choice: name })}
      />
      <ErrorMessage error={choose.error} className="mt-2" />
    </div>
  );
}
