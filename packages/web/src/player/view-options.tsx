import { t } from '../strings/index.js';
import { Segmented, Switch } from '../ui/choice.js';
import type { ChoicesControl } from './choices.js';
import type { Layer } from './layers.js';
import type { Way } from './video/way-chooser.js';

const { timing: timingWords, showing: showingWords } = t.player;
const TIMINGS = [
  { value: 'auto', label: timingWords.auto, title: timingWords.autoTitle },
  { value: 'smooth', label: timingWords.smooth, title: timingWords.smoothTitle },
  { value: 'exact', label: timingWords.exact, title: timingWords.exactTitle },
] as const;
const SHOWINGS = (['auto', 'whep', 'mse', 'pictures'] as const).map((value) => ({
  value,
  ...t.diagnostics.showing[value],
}));

/** Whether boxes or pictures wait for each other. */
export function TimingChoice({ choices: { timing, annotated }, choose }: ChoicesControl) {
  return (
    <Segmented
      label={timingWords.label}
      value={timing}
      options={TIMINGS}
      disabled={annotated}
      onChange={(timing) => choose({ timing })}
    />
  );
}

export interface WayChoiceProps extends ChoicesControl {
  /** In which the camera's own video can be shown; none: there is nothing to choose. */
  ways: readonly Way[];
}

/** How the picture comes here. */
export function WayChoice({ choices: { showing, annotated, timing }, choose, ways }: WayChoiceProps) {
  const options = SHOWINGS.filter(({ value }) => ['auto', 'pictures', ...ways].includes(value));
  if (ways.length === 0) return null;
  return (
    <Segmented
      label={showingWords}
      value={options.some(({ value }) => value === showing) ? showing : 'auto'}
      options={options}
      disabled={annotated || timing === 'exact'}
      onChange={(showing) => choose({ showing })}
    />
  );
}

/** Switches for all that is shown over a picture. */
export function LayerSwitches({ layers }: { layers: readonly Layer[] }) {
  return (
    <ul className="min-w-64">
      {layers.map(({ action, label, title, on, toggle }) => (
        <li key={action} title={title} className="flex min-h-target items-center justify-between gap-4 px-2">
          <span aria-hidden="true">{label}</span>
          <Switch label={label} isLabelHidden checked={on} disabled={!toggle} onCheckedChange={() => toggle?.()} />
        </li>
      ))}
    </ul>
  );
}
