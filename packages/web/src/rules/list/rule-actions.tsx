import type { Mode, StoredRule } from '@lookout/protocol';
import { AlarmClock, AlarmClockOff, Bell, Copy, Ellipsis, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useMay } from '../../api/queries.js';
import { clockTime, timeInWords } from '../../lib/when.js';
import { t } from '../../strings/index.js';
import { Button, IconButton } from '../../ui/button.js';
import { Switch } from '../../ui/choice.js';
import { ConfirmDialog } from '../../ui/dialog.js';
import { Menu, MenuCheck, MenuItem, MenuLine } from '../../ui/menu.js';
import type { ComposeState } from '../compose-state.js';
import { snoozedUntil, snoozeEnd, withHome } from '../model/listing.js';
import { useRemoveRule, type useUpdateRule } from '../queries.js';

const words = t.rules;

export interface RuleActionsProps {
  rule: StoredRule;
  update: ReturnType<typeof useUpdateRule>;
  nowMs: number;
}

/** On and off, snoozing, and what else can be done with a rule. */
export function RuleActions(props: RuleActionsProps) {
  const { rule, update } = props;
  const may = useMay();
  if (!may.operate) return null;
  return (
    <div className="flex flex-row-reverse items-center gap-3.5 phone:col-span-2 phone:justify-between phone:border-t phone:border-line phone:pt-2.5">
      <Switch
        label={words.on(rule.summary)}
        isLabelHidden
        checked={rule.enabled}
        onCheckedChange={(enabled) => update.mutate({ enabled })}
      />
      <div className="flex items-center gap-0.5">
        <SnoozeMenu {...props} />
        <MoreMenu rule={rule} update={update} />
      </div>
    </div>
  );
}

function SnoozeMenu({ rule, update, nowMs }: RuleActionsProps) {
  const until = snoozedUntil(rule, nowMs);
  const snooze = (kind: 'hour' | 'tomorrow') => update.mutate({ snoozed_until: snoozeEnd(kind, Date.now()) });
  const Icon = until === undefined ? AlarmClock : AlarmClockOff;
  return (
    <Menu
      trigger={
        <Button
          variant="ghost"
          aria-label={words.snooze.label(rule.summary, until === undefined ? undefined : clockTime(until))}
          className={until === undefined ? '' : 'bg-warn-soft text-warn'}
        >
          <Icon size={15} aria-hidden="true" />
          {until === undefined ? words.snooze.button : words.snooze.until(untilText(until, nowMs))}
        </Button>
      }
    >
      {until !== undefined && (
        <MenuItem onSelect={() => update.mutate({ snoozed_until: null })}>{words.snooze.wake}</MenuItem>
      )}
      <MenuItem onSelect={() => snooze('hour')}>{words.snooze.for.hour}</MenuItem>
      <MenuItem onSelect={() => snooze('tomorrow')}>{words.snooze.for.tomorrow}</MenuItem>
      <MenuItem onSelect={() => update.mutate({ enabled: false })}>{words.snooze.for.off}</MenuItem>
    </Menu>
  );
}

/** `18:00` today, `tomorrow 08:00` */
function untilText(until: number, nowMs: number): string {
  const isToday = timeInWords(until, nowMs) === t.times.today(clockTime(until));
  return isToday ? clockTime(until) : timeInWords(until, nowMs);
}

function MoreMenu({ rule, update }: Pick<RuleActionsProps, 'rule' | 'update'>) {
  const navigate = useNavigate();
  const remove = useRemoveRule();
  const [isRemoving, setRemoving] = useState(false);
  const like: ComposeState = { like: rule.id };
  const setModes = (modes: Mode[]) => update.mutate({ modes });
  return (
    <>
      <Menu
        trigger={
          <IconButton label={words.menu.label(rule.summary)}>
            <Ellipsis size={18} aria-hidden="true" />
          </IconButton>
        }
      >
        <MenuItem icon={<Pencil size={15} aria-hidden="true" />} onSelect={() => navigate(`/rules/${rule.id}/edit`)}>
          {words.menu.edit}
        </MenuItem>
        <MenuItem icon={<Copy size={15} aria-hidden="true" />} onSelect={() => navigate('/rules/new', { state: like })}>
          {words.menu.duplicate}
        </MenuItem>
        <MenuItem icon={<Bell size={15} aria-hidden="true" />} onSelect={() => navigate(`/events?rule=${rule.id}`)}>
          {words.menu.events}
        </MenuItem>
        <MenuCheck
          checked={rule.modes.includes('home')}
          onCheckedChange={(isHomeToo) => setModes(withHome(rule.modes, isHomeToo))}
        >
          {words.menu.alsoAtHome}
        </MenuCheck>
        <MenuLine />
        <MenuItem tone="danger" icon={<Trash2 size={15} aria-hidden="true" />} onSelect={() => setRemoving(true)}>
          {words.menu.remove}
        </MenuItem>
      </Menu>
      <ConfirmDialog
        open={isRemoving}
        onOpenChange={setRemoving}
        title={words.remove.title}
        description={words.remove.text(rule.summary)}
        cancel={t.actions.keepIt}
        confirm={words.remove.confirm}
        onConfirm={() => remove.mutateAsync(rule.id)}
      />
    </>
  );
}
