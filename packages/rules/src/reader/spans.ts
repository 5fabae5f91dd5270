import type { Span, SpanKey } from '@lookout/protocol';
import type { Label } from './lowering/account.js';
import type { Token } from './text/tokens.js';

/** Which words became which key of which rule; words of several rules are listed for each. */
export function spansOf(
  tokens: readonly Token[],
  labels: ReadonlyArray<Label & { readonly rules?: readonly number[] }>,
): Span[] {
  // Narrower labels win: the number in "two people" is the count, the rest the subject.
  const sorted = [...labels].sort((a, b) => b.end - b.start - (a.end - a.start));
  const owner: Array<{ key: SpanKey; rules: string } | undefined> = tokens.map(() => undefined);
  for (const { start, end, key, rules } of sorted) {
    for (let i = start; i < end; i++) {
      const before = owner[i];
      const merged =
        before?.key === key && rules && before.rules !== ''
          ? [...new Set([...before.rules.split(',').map(Number), ...rules])]
          : rules;
      owner[i] = { key, rules: [...new Set(merged ?? [])].sort().join(',') };
    }
  }
  const spans: Span[] = [];
  for (let i = 0; i < tokens.length; ) {
    const { key, rules } = owner[i] ?? { key: 'empty' as const, rules: '' };
    let end = i + 1;
    while (end < tokens.length && (owner[end]?.key ?? 'empty') === key && (owner[end]?.rules ?? '') === rules) end++;
    const offsets = { start: tokens[i]?.start ?? 0, end: tokens[end - 1]?.end ?? 0 };
    const indexes = key === 'empty' || rules === '' ? [undefined] : rules.split(',').map(Number);
    for (const rule of indexes) spans.push({ ...offsets, ...(rule !== undefined && rule >= 0 && { rule }), key });
    i = end;
  }
  return spans;
}
