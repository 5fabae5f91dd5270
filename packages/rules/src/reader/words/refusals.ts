/** Conditions that no rule can say, by the words that give them away. */

/** What is wrong with them, and the words, which may run on to the end of the clause (`…`). */
export const REFUSALS: ReadonlyArray<readonly [pattern: string, why: string]> = [
  ...[
    'stop|quit|cease alerting|warning|notifying|telling|messaging|texting|pinging|emailing|bothering|sending [me/us] [alerts/warnings/notifications/messages] [about/of/when/if/for]',
    'i|we do not want|need|like|care [any/to get/to have/to receive] alerts|alert|warnings|warning|notifications|notification|messages [about/of/when/if/for]',
    'i|we do not want|need|like to be|get alerted|warned|notified|told|informed|messaged|texted [about/of/when/if/for]',
    'do not [ever/please] alert|warn|notify|tell|message|text|ping|email|bother|disturb|remind [me/us] [about/of/when/if/for]',
    'no alerts|alert|warnings|notifications|messages [about/of/when/if/for/on]',
    'never alert|warn|notify|tell|message|text|ping|email [me/us] [about/of/when/if/for]',
  ].map((pattern) => [pattern, '“%”: a rule says when to warn, not when not to'] as const),
  ...["where|why|how is|are|'s|do|does|did|can|come"].map(
    (pattern) => [pattern, '“%” is a question; a rule tells when to warn'] as const,
  ),
  ...[
    '[that/which/who] [is/are] not mine|ours|yours|hers|theirs',
    'mine|ours|yours|hers|theirs',
    '[that/which/who] [does/do] not belong to me|us|him|her|them',
    '[that/which/who] belongs|belong to me|us|him|her|them',
  ].map((pattern) => [pattern, "“%”: a camera can't tell whose it is"] as const),
  ...[
    'per|each|every hour|minute|second|day|week|month',
    'per',
    'hourly',
    'an|a hour|minute|day|week',
    'a|the day|hour|minute|week',
    'in an|one hour|minute|day',
    'within an|a|one hour|minute|day|second',
  ].map((pattern) => [pattern, '“%” is a rate; a count is of one moment'] as const),
  ...[
    'twice|thrice',
    'twice|thrice in a row',
    'several|many|multiple|two|three|four|five|2|3|4|5 times [in a row/a day/a week/an hour]',
    'again and again',
    'over and over [again]',
    'repeatedly|frequently|often|regularly|sometimes|occasionally|rarely|seldom',
    'more than once|twice',
    'for the first|second|third|last time',
    'the first|second|third|last time',
    'first|second time',
    'again',
  ].map((pattern) => [pattern, '“%”: a rule does not count how often something happens'] as const),
  ...[
    'and then',
    'then',
    'afterwards|afterward|thereafter|subsequently|later',
    'after that|this|which',
    'followed by',
    'before that|this',
    'and after that',
    'in sequence|succession',
    'one after (another/the other)',
    'one by one',
    'but then',
  ].map((pattern) => [pattern, '“%”: a rule is one condition, not one after another'] as const),
  ...[
    'by [him/her/it/them] self',
    'by himself|herself|itself|themselves',
    'on his|her|its|their own',
    'alone',
    'all alone',
    'lone|lonely',
  ].map((pattern) => [pattern, '“%” can be said of two kinds only: “a dog without a person”'] as const),
  ...[
    'faster than',
    'slower than',
    'quicker than',
    'above|over|below|under|exceeding the speed limit',
    'over the limit',
    'the speed limit',
    'at a speed of',
    'faster than allowed|permitted',
  ].map((pattern) => [pattern, '“%”: speed is only fast or slow for its kind'] as const),
  ...[
    'bigger|larger|smaller|taller|shorter|longer|wider|heavier|older|younger|higher|lower than',
    'tall|high|wide|deep|heavy|old',
  ].map((pattern) => [pattern, '“%”: sizes are not measured'] as const),
];

/** Units whose amounts are refused. */
export const MEASURES: ReadonlySet<string> = new Set(
  'metre metres meter meters mtr cm centimetre centimetres centimeter centimeters km kilometre kilometres kilometer kilometers mile miles yard yards foot feet ft inch inches kmh kph mph kmph knots kg kilo kilos kilogram kilograms ton tons tonne tonnes pound pounds lbs degree degrees percent % step steps pixel pixels px db decibels celsius fahrenheit c'.split(
    ' ',
  ),
);

/** Words that make a condition of the clause that follows them. */
export const SUBORDINATORS: ReadonlyArray<readonly [pattern: string, why: string]> = [
  ['unless', '“%” is an exception that a rule has no way to check'],
  ['while|whilst', "“%” is a condition that a camera can't check"],
  ['as|so long as', "“%” is a condition that a camera can't check"],
  ['provided|providing|assuming|given [that]', "“%” is a condition that a camera can't check"],
  ['only if|when', '“%” is a second condition; a rule has one'],
  ['but only if|when', '“%” is a second condition; a rule has one'],
  ['even if|though|when', "“%” is a condition that a camera can't check"],
  ['until|till', '“%”: a rule has no such end'],
  ['before|after', '“%”: a rule is one condition, not one after another'],
  ['instead of', '“%” cannot be said in a rule'],
  ['except when|if|where', '“%” is an exception that a rule has no way to check'],
  ['in order to|for', '“%” is an intention'],
  ['so|such that', '“%” cannot be said in a rule'],
];

/** Reasons: they say why, not what. */
export const REASONS: readonly string[] = [
  'because [of]',
  'as we|i|there|it|my|our',
  'since we|i|there|it|my|our',
  'due to',
  'so that',
  'in order to',
  'given that we|i',
];

/** Openers of an exception to what was said. */
export const EXCEPTIONS: readonly string[] = [
  'except [for]',
  'but not',
  'other than',
  'apart|aside from',
  'excluding|excl',
  'with the exception of',
  'not counting|including',
  'save for',
  'bar',
  'and not',
  'not',
  'minus',
  'besides',
  'ignore|ignoring|exclude',
  'but [please] ignore|exclude',
  'but never',
  'never',
  "that|which|who is|are|'s not",
  "unless it is|'s",
  'without counting',
];
