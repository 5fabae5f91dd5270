import { type LogLine, MAX_LOG_LINES } from '@lookout/protocol';

/** Lines in their order, each once; the newest of them. A server that was started again counts anew: its lines replace the others. */
export function mergeLines(known: readonly LogLine[], more: readonly LogLine[]): readonly LogLine[] {
  const isAnew = more.some((line) => known.some((one) => one.seq === line.seq && one.time !== line.time));
  const lines = new Map((isAnew ? [] : known).map((line) => [line.seq, line]));
  for (const line of more) lines.set(line.seq, line);
  return [...lines.values()].sort((a, b) => a.seq - b.seq).slice(-MAX_LOG_LINES);
}
