import { DAYS, type Day, type ScheduleWindow } from '@lookout/protocol';
import { Plus, X } from 'lucide-react';
import { t } from '../../../strings/index.js';
import { Button, IconButton } from '../../../ui/button.js';
import { Segmented } from '../../../ui/choice.js';
import { TextField } from '../../../ui/field.js';
import { Group, Toggles } from './choices.js';
import type { EditorProps } from './editor-props.js';

const words = t.compose.edit;

const WORKDAYS: Day[] = ['mon', 'tue', 'wed', 'thu', 'fri'];
const WEEKEND: Day[] = ['sat', 'sun'];
const NIGHT: ScheduleWindow = { from: '22:00', to: '06:00' };

/** As sentences mean them. */
const PRESETS: readonly [keyof typeof words.presets, ScheduleWindow][] = [
  ['night', NIGHT],
  ['day', { from: '06:00', to: '22:00' }],
  ['weekdays', { from: '00:00', to: '24:00', days: WORKDAYS }],
  ['weekend', { from: '00:00', to: '24:00', days: WEEKEND }],
  ['office', { from: '09:00', to: '17:00', days: WORKDAYS }],
];

/** When a rule may warn. */
export function WhenEditor({ parts, onChange }: EditorProps) {
  const { windows } = parts.when;
  const set = (next: readonly ScheduleWindow[]) => onChange({ when: { windows: next } });
  const replace = (index: number, next: ScheduleWindow) => set(windows.map((each, i) => (i === index ? next : each)));
  return (
    <>
      <Segmented
        label={words.titles.when}
        value={windows.length === 0 ? 'always' : 'times'}
        options={[
          { value: 'always', label: words.always },
          { value: 'times', label: words.atTimes },
        ]}
        onChange={(kind) => set(kind === 'always' ? [] : [NIGHT])}
      />
      {windows.length > 0 && (
        <div className="flex flex-wrap gap-1.5">
          {PRESETS.map(([name, window]) => (
            <Button key={name} size="compact" onClick={() => set([window])}>
              {words.presets[name]}
            </Button>
          ))}
        </div>
      )}
      {windows.map((window, index) => (
        <WindowFields
          // biome-ignore lint/suspicious/noArrayIndexKey: windows have no other identity
          key={index}
          window={window}
          onChange={(next) => replace(index, next)}
          onRemove={windows.length > 1 ? () => set(windows.filter((_, i) => i !== index)) : undefined}
        />
      ))}
      {windows.length > 0 && (
        <Button variant="ghost" onClick={() => set([...windows, NIGHT])}>
          <Plus size={15} aria-hidden="true" />
          {words.addWindow}
        </Button>
      )}
    </>
  );
}

interface WindowFieldsProps {
  window: ScheduleWindow;
  onChange: (window: ScheduleWindow) => void;
  onRemove: (() => void) | undefined;
}

function WindowFields({ window, onChange, onRemove }: WindowFieldsProps) {
  const isAllDay = window.from === '00:00' && window.to === '24:00';
  const setDays = (days: Day[]) => {
    const sorted = DAYS.filter((day) => days.includes(day));
    onChange({ ...window, days: sorted.length === DAYS.length ? undefined : sorted });
  };
  return (
    <div className="space-y-3 rounded-md border border-line p-3">
      <div className="grid grid-cols-[1fr_1fr_auto] items-end gap-3">
        <TextField
          label={words.from}
          type="time"
          value={window.from}
          onChange={(from) => onChange({ ...window, from })}
        />
        <TextField
          label={words.to}
          type="time"
          // The end of the day has no time of its own in this field.
          value={window.to === '24:00' ? '00:00' : window.to}
          onChange={(to) => onChange({ ...window, to: to === '00:00' ? '24:00' : to })}
        />
        {onRemove && (
          <IconButton label={words.removeWindow} onClick={onRemove}>
            <X size={18} aria-hidden="true" />
          </IconButton>
        )}
      </div>
      <p className="text-13 text-muted empty:hidden">
        {isAllDay ? words.allDay : window.to <= window.from ? words.nextDay : ''}
      </p>
      <Group label={words.days}>
        <Toggles
          options={DAYS.map((value) => ({ value, label: words.dayNames[value] }))}
          chosen={window.days ?? DAYS}
          onChange={setDays}
        />
      </Group>
    </div>
  );
}
