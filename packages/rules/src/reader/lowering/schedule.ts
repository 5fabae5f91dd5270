import type { Schedule, Severity } from '@lookout/protocol';
import type { Chunk } from '../phrases/chunk.js';
import { ask } from '../text/issue.js';
import type { Times } from '../times/schedule.js';
import { ALL_DAYS, intersect, onDays, subtract, toSchedule, WHOLE_WEEK, type Window } from '../times/windows.js';
import type { Account } from './account.js';

type Of<K extends Chunk['kind']> = Chunk & { kind: K };

/** What a rule says about the warning itself. */
export interface Settings {
  readonly schedule?: Schedule;
  readonly severity?: Severity;
  readonly cooldownS?: number;
}

export interface SettingChunks {
  readonly times: ReadonlyArray<Of<'times'>>;
  readonly severity: ReadonlyArray<Of<'severity'>>;
  readonly cooldown: ReadonlyArray<Of<'cooldown'>>;
}

/** Everything said about when, how severe and how often; what contradicts itself is a question. */
export function readSettings({ times, severity, cooldown }: SettingChunks, account: Account): Settings {
  const schedule = readSchedule(times, account);
  for (const chunk of severity) account.use(chunk, 'severity');
  for (const chunk of cooldown) account.use(chunk, 'cooldown_s');
  const [firstSeverity] = severity;
  const otherSeverity = severity.find((chunk) => chunk.severity !== firstSeverity?.severity);
  if (otherSeverity)
    account.problem(ask('behavior', otherSeverity.start, otherSeverity.end, 'Two severities are said. Is it “%”?'));
  const [firstCooldown] = cooldown;
  const otherCooldown = cooldown.find((chunk) => chunk.seconds !== firstCooldown?.seconds);
  if (otherCooldown)
    account.problem(
      ask('duration', otherCooldown.start, otherCooldown.end, 'Two pauses between alerts are said. Is it “%”?'),
    );
  return {
    ...(schedule && { schedule }),
    ...(firstSeverity && { severity: firstSeverity.severity }),
    ...(firstCooldown && { cooldownS: firstCooldown.seconds }),
  };
}

function readSchedule(chunks: ReadonlyArray<Of<'times'>>, account: Account): Schedule | undefined {
  let windows: readonly Window[] = WHOLE_WEEK;
  for (const chunk of inOrder(chunks)) {
    const { times } = chunk;
    account.use(chunk, 'schedule');
    if (times.issue) account.problem(times.issue);
    account.assume(...times.assumptions);
    if (times.excluded && times.daysThenHours && windows === WHOLE_WEEK)
      account.problem(ask('time', chunk.start, chunk.end, 'Are the hours in “%” when to warn, or when not to?'));
    if (!times.issue && !times.always) windows = narrowed(windows, times);
    if (windows.length > 0) continue;
    account.problem(ask('time', chunk.start, chunk.end, 'With “%” no time is left. When should it warn?'));
    return undefined;
  }
  return toSchedule(windows);
}

/** Hours before days, since a window belongs to the day it starts on; exceptions last. */
function inOrder(chunks: ReadonlyArray<Of<'times'>>): ReadonlyArray<Of<'times'>> {
  const rank = ({ times }: Of<'times'>) => (times.excluded ? 2 : times.daysOnly ? 1 : 0);
  return [...chunks].sort((a, b) => rank(a) - rank(b));
}

function narrowed(windows: readonly Window[], times: Times): readonly Window[] {
  const days = [...new Set(times.windows.flatMap((window) => window.days))];
  if (times.excluded && times.daysOnly)
    return onDays(
      windows,
      ALL_DAYS.filter((day) => !days.includes(day)),
    );
  if (times.excluded) return subtract(windows, times.windows);
  if (times.daysOnly) return onDays(windows, days);
  return windows === WHOLE_WEEK ? times.windows : intersect(windows, times.windows);
}
