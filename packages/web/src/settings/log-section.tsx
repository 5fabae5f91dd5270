import type { LogLevel, LogLine } from '@lookout/protocol';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { lookout } from '../api/client.js';
import { t } from '../strings/index.js';
import { settingsWords } from '../strings/settings.js';
import { TONES, type Tone } from '../ui/badge.js';
import { CopyButton } from '../ui/button.js';
import { Segmented, Switch } from '../ui/choice.js';
import { classes } from '../ui/classes.js';
import { Prose, Warning } from '../ui/message.js';
import { mergeLines } from './log-lines.js';

const words = settingsWords.log;
type ShownLevel = keyof typeof words.levels;
const LEVELS = Object.entries(words.levels).map(([value, label]) => ({ value: value as ShownLevel, label }));
const LEVEL_TONES: Record<LogLevel, Tone> = {
  trace: 'muted',
  debug: 'muted',
  info: 'muted',
  warn: 'warn',
  error: 'bad',
  fatal: 'bad',
};

/** The newest lines of the server's log, and those that follow. */
export function LogSection() {
  const [level, setLevel] = useState<ShownLevel>('info');
  const [isFollowing, setFollowing] = useState(true);
  const { lines, isAway } = useLog(level, isFollowing);
  return (
    <>
      <p className="text-pretty text-muted">
        <Prose text={words.about} />
      </p>
      <div className="flex flex-wrap items-center gap-x-5 gap-y-2">
        <Segmented label={words.level} value={level} options={LEVELS} onChange={setLevel} />
        <Switch label={words.follow} checked={isFollowing} onCheckedChange={setFollowing} />
        <span className="ml-auto">
          <CopyButton label={words.copy} text={lines.map(asText).join('\n')} />
        </span>
      </div>
      {isAway && <Warning>{words.away}</Warning>}
      <Lines lines={lines} isFollowing={isFollowing} />
    </>
  );
}

/** The lines of at least a level: those that are kept, and new ones while following. */
function useLog(level: ShownLevel, isFollowing: boolean): { lines: readonly LogLine[]; isAway: boolean } {
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const [isAway, setAway] = useState(false);
  useEffect(() => {
    setLines([]);
    const abort = new AbortController();
    const load = () =>
      lookout.log.list({ level }, { signal: abort.signal }).then(
        (kept) => setLines((known) => mergeLines(known, kept)),
        () => abort.signal.aborted || setAway(true),
      );
    if (!isFollowing) {
      void load();
      return () => abort.abort();
    }
    const stream = lookout.log.follow({
      level,
      signal: abort.signal,
      onLine: (line) => setLines((known) => mergeLines(known, [line])),
      onState: ({ state }) => {
        setAway(state === 'reconnecting');
        // What was written before the connection, or without one.
        if (state === 'live') void load();
      },
    });
    return () => {
      abort.abort();
      stream.close();
    };
  }, [level, isFollowing]);
  return { lines, isAway };
}

/** Keeps the newest line in view, unless somebody has scrolled up to read. */
function Lines({ lines, isFollowing }: { lines: readonly LogLine[]; isFollowing: boolean }) {
  const box = useRef<HTMLUListElement>(null);
  const isAtEnd = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines are what moves the end
  useLayoutEffect(() => {
    const element = box.current;
    if (element && isFollowing && isAtEnd.current) element.scrollTop = element.scrollHeight;
  }, [lines, isFollowing]);
  if (lines.length === 0) return <p className="text-muted">{words.none}</p>;
  return (
    <ul
      ref={box}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={words.lines}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < 40;
      }}
      className="h-[60dvh] overflow-y-auto rounded-lg border border-line bg-surface py-2 font-mono text-13"
    >
      {lines.map((line) => (
        <li key={line.seq} className="px-4 py-1 [overflow-wrap:anywhere]">
          <span className="text-muted">{clockOf(line.time)} </span>
          {LEVEL_TONES[line.level] !== 'muted' && (
            <span className={classes('font-strong', TONES[LEVEL_TONES[line.level]])}>{words.badges[line.level]} </span>
          )}
          {line.message}
          {line.details && <span className="text-muted"> {line.details}</span>}
        </li>
      ))}
    </ul>
  );
}

function clockOf(time: number): string {
  return new Intl.DateTimeFormat(t.locale, { timeStyle: 'medium' }).format(time);
}

function asText({ time, level, message, details }: LogLine): string {
  return [new Date(time).toISOString(), level, message, details].filter(Boolean).join(' ');
}
