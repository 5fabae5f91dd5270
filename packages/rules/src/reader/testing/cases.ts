import type { Interpretation, Rule, RuleContext, Schedule } from '@lookout/protocol';

/** A sentence with the answer that is expected of it. */
export interface Case {
  readonly prompt: string;
  readonly context: RuleContext;
  /**
   * Rules, `;` between them: `stay person @back door 30s >=2 22:00-06:00/sat,sun cam:yard,hall critical cool:600`; `near person/dog` and
   * `without bag/person` name the other kind. `? zone: the shed` is a question, `! red car` a refusal, each with a part of its phrase.
   */
  readonly expected: string;
}

/** Lines of `prompt => expected`; a line that starts with `#` is the sentence of the specification that those after it are about. */
export function cases(context: RuleContext, lines: string): Case[] {
  return lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const at = line.lastIndexOf('=>');
      return { prompt: line.slice(0, at).trim().replaceAll('\\n', '\n'), context, expected: line.slice(at + 2).trim() };
    });
}

/** An answer in the notation of `Case.expected`. */
export function notation(answer: Interpretation): string {
  if (answer.status === 'ok') return answer.rules.map(ruleNotation).join('; ');
  if (answer.status === 'needs_input')
    return answer.questions.map(({ about, phrase }) => `? ${about}: ${phrase}`).join('; ');
  return answer.reasons.map(({ phrase }) => `! ${phrase}`).join('; ');
}

/** Whether an answer is the expected one: the same rules, or a question or refusal whose phrase has the expected words or is among them. */
export function isExpected(answer: Interpretation, expected: string): boolean {
  const got = notation(answer);
  if (answer.status === 'ok') return sorted(got) === sorted(expected);
  const [, mark, phrase = ''] = /^(\? \w+:|!)\s*(.*)$/.exec(expected) ?? [];
  return got
    .split('; ')
    .some((part) => mark !== undefined && part.startsWith(mark) && shares(part.slice(mark.length), phrase));
}

function sorted(rules: string): string {
  return rules
    .split(';')
    .map((rule) =>
      rule
        .trim()
        .split(/\s+(?=[^@|]*$)/)
        .join(' '),
    )
    .sort()
    .join('; ');
}

function shares(answered: string, expected: string): boolean {
  const plain = (text: string) =>
    ` ${text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}']+/gu, ' ')
      .trim()} `;
  return plain(answered).includes(plain(expected)) || plain(expected).includes(plain(answered));
}

function ruleNotation({ trigger, cameras, severity, cooldown_s: cooldown, schedule }: Rule): string {
  const classes = trigger.subject.classes.join(',');
  const other = 'other' in trigger ? `/${trigger.other.classes.join(',')}` : '';
  const parts = [`${trigger.behavior} ${classes}${other}`];
  if ('zone' in trigger && trigger.zone !== undefined) parts.push(`@${trigger.zone}`);
  if ('line' in trigger) parts.push(`|${trigger.line}`);
  if ('direction' in trigger) parts.push(trigger.direction);
  if ('level' in trigger) parts.push(trigger.level);
  if ('seconds' in trigger && trigger.seconds !== undefined) parts.push(`${trigger.seconds}s`);
  if ('count' in trigger && trigger.count) parts.push(`${trigger.count.op}${trigger.count.value}`);
  if (schedule) parts.push(scheduleNotation(schedule));
  if (cameras !== 'all') parts.push(`cam:${cameras.join(',')}`);
  if (severity !== 'warning') parts.push(severity);
  if (cooldown !== 60) parts.push(`cool:${cooldown}`);
  return parts.join(' ');
}

function scheduleNotation(schedule: Schedule): string {
  const windows = Array.isArray(schedule) ? schedule : [schedule];
  return windows.map(({ from, to, days }) => `${from}-${to}${days ? `/${days.join(',')}` : ''}`).join('+');
}
