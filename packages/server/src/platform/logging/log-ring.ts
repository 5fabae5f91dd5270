import { type LogLevel, type LogLine, MAX_LOG_LINES } from '@lookout/protocol';

/** A longer line is cut: an error may carry a stack, and what a client sent. */
const MAX_DETAILS_LENGTH = 2000;
const MAX_MESSAGE_LENGTH = 1000;
const LEVELS: readonly (readonly [number, LogLevel])[] = [
  [60, 'fatal'],
  [50, 'error'],
  [40, 'warn'],
  [30, 'info'],
  [20, 'debug'],
  [0, 'trace'],
];

/** The newest lines of the log in memory, for the page. It sees lines after secrets were removed. */
export class LogRing {
  readonly #lines: LogLine[] = [];
  readonly #listeners = new Set<(line: LogLine) => void>();
  #seq = 0;

  /** @param json a line as pino writes it; anything else is kept as its message */
  add(json: string): void {
    const line = { seq: ++this.#seq, ...lineOf(json) };
    this.#lines.push(line);
    if (this.#lines.length > MAX_LOG_LINES) this.#lines.shift();
    for (const listener of this.#listeners) listener(line);
  }

  /** The newest lines of at least a level, oldest first. @param after only lines with a higher number */
  list({ level, limit, after = 0 }: { level: LogLevel; limit: number; after?: number }): LogLine[] {
    const isShown = atLeast(level);
    return this.#lines.filter((line) => line.seq > after && isShown(line)).slice(-limit);
  }

  /** @param listener called with each new line; must not throw, nor log. @returns a function that ends it */
  onLine(listener: (line: LogLine) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** Whether a line is of at least a level. */
export function atLeast(level: LogLevel): (line: Pick<LogLine, 'level'>) => boolean {
  const rank = rankOf(level);
  return (line) => rankOf(line.level) <= rank;
}

/** The more severe, the lower. */
function rankOf(level: LogLevel): number {
  return LEVELS.findIndex(([, name]) => name === level);
}

function lineOf(json: string): Omit<LogLine, 'seq'> {
  const fields = parse(json);
  if (!fields) return { time: Date.now(), level: 'info', message: json.trim().slice(0, MAX_MESSAGE_LENGTH) };
  const { level, time, msg, reqId: _, ...rest } = fields;
  const details = Object.keys(rest).length > 0 ? JSON.stringify(rest).slice(0, MAX_DETAILS_LENGTH) : undefined;
  return {
    time: Date.parse(String(time)) || Number(time) || Date.now(),
    level: LEVELS.find(([least]) => Number(level) >= least)?.[1] ?? 'info',
    message: String(msg ?? '').slice(0, MAX_MESSAGE_LENGTH),
    ...(details !== undefined && { details }),
  };
}

function parse(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
