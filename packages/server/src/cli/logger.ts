import { type DestinationStream, type Logger, pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { Settings } from '../platform/config/settings.js';
import type { LogRing } from '../platform/logging/log-ring.js';

export interface LoggerOptions {
  pretty?: boolean;
  out?: { write(text: string): unknown };
  /** Keeps the newest lines for the page. */
  ring?: LogRing;
}

/**
 * The server's log: JSON lines, or readable ones on a terminal. Passwords in addresses and our own keys are
 * removed from every line.
 */
export function createLogger(
  level: Settings['log']['level'],
  { pretty = process.stdout.isTTY === true, out = process.stdout, ring }: LoggerOptions = {},
): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  const readable = pretty
    ? prettyFactory({ ignore: 'reqId', translateTime: 'SYS:HH:MM:ss.l', colorize: true })
    : String;
  const destination: DestinationStream = {
    write: (line) => {
      const clean = scrub(line);
      out.write(readable(clean));
      ring?.add(clean);
    },
  };
  return pino(options, destination);
}

/** Removes credentials from a log line: `rtsp://user:secret@host` → `rtsp://***@host`; API keys, sessions, camera links and bearer values. */
export function scrub(line: string): string {
  return line
    .replace(/([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/"'@\\]+@/gi, '$1***@')
    .replace(/\b(lk|ls|lp|lv)_[\w-]{16,}/g, '$1_***')
    .replace(/(\bBearer\s+)[\w.~+/=-]+/gi, '$1***');
}
