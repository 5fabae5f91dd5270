import type { PartialRule, Rule } from '@lookout/protocol';
import { type Draft, draftClause } from './clauses/draft.js';
import { inheritFrom } from './clauses/ellipsis.js';
import { roleOf } from './clauses/roles.js';
import { type Clause, splitClauses } from './clauses/split.js';
import type { Source } from './context/source.js';
import { Account, type Label } from './lowering/account.js';
import { type Antecedent, type Lowered, lowerClause, ruleOf, settingsOf } from './lowering/lower.js';
import { eachKindOfPlace } from './lowering/places.js';
import { readSettings, type SettingChunks } from './lowering/schedule.js';
import { unknownIssues } from './lowering/unknown.js';
import type { Chunk, Place } from './phrases/chunk.js';
import type { Issue } from './text/issue.js';
import { textOf } from './text/tokens.js';

/** A whole prompt, read. */
export interface Reading {
  readonly rules: readonly Rule[];
  readonly issues: readonly Issue[];
  readonly assumptions: readonly string[];
  /** What the tokens became, and in which rules; without rules it is all of them, or none. */
  readonly labels: ReadonlyArray<Label & { readonly rules?: readonly number[] }>;
  /** What is known of each clause, also where an issue keeps it from being a rule. */
  readonly partial: readonly PartialRule[];
}

interface Part {
  readonly draft: Draft;
  readonly lowered: Lowered;
  readonly settings: { times: Chunk[]; severity: Chunk[]; cooldown: Chunk[] };
}

/** Reads the clauses of a prompt together: what they share, refer to and repeat. */
export function assemble(source: Source, chunks: readonly Chunk[]): Reading {
  const book = new Account();
  const parts: Part[] = [];
  const before: Draft[] = [];
  let headings: Place[] = [];
  const clauses = splitClauses(chunks);
  const drafts = clauses.map(draftClause);
  // News of themselves beside a condition is passed over; alone it is what was to be read.
  const read = drafts.map((draft) => roleOf(source, draft));
  const roles = read.includes('condition') ? read : read.map((role) => (role === 'background' ? 'condition' : role));
  for (const [i, own] of drafts.entries()) {
    const { clause } = own;
    const role = roles[i];
    if (role === 'background') passOver(source, own, book);
    else if (role === 'heading' && !isLast(clauses, clause)) {
      headings = own.places;
      for (const chunk of clause.chunks) book.use(chunk, 'empty');
      before.push(own);
    } else if (role === 'request') for (const chunk of clause.chunks) book.use(chunk, 'empty');
    else if (role === 'settings') {
      for (const chunk of clause.chunks) book.use(chunk, 'empty');
      if (parts.length === 0) before.push(own);
      else for (const part of parts) addSettings(part.settings, own);
    } else {
      const antecedent = antecedentOf(parts);
      for (const draft of eachKindOfPlace(withHeading(inheritFrom(own, parts.at(-1)?.draft), headings))) {
        const lowered = lowerClause(source, draft, antecedent);
        for (const issue of unknownIssues(source, draft)) lowered.account.problem(issue);
        parts.push({
          draft,
          lowered,
          settings: { times: [...own.times], severity: [...own.severity], cooldown: [...own.cooldown] },
        });
      }
    }
  }
  shareSettings(parts, before);
  return finish(source, parts, book);
}

function isLast(clauses: readonly Clause[], clause: Clause): boolean {
  return clauses.at(-1) === clause;
}

/** "Watch the driveway. Tell me when a car is there.": the place of the first sentence is that of the second. */
function withHeading(draft: Draft, headings: readonly Place[]): Draft {
  const here = draft.places.filter(({ special }) => special !== 'there' && special !== 'view');
  return headings.length === 0 || here.length > 0 ? draft : { ...draft, places: [...headings, ...draft.places] };
}

function passOver(source: Source, { clause }: Draft, book: Account): void {
  const start = clause.chunks[0]?.start ?? 0;
  const end = clause.chunks.at(-1)?.end ?? start;
  book.use({ start, end }, 'assumption');
  book.assume(`“${textOf(source.tokens, { start, end })}” is not used`);
}

function antecedentOf(parts: readonly Part[]): Antecedent | undefined {
  const last = parts.at(-1)?.lowered;
  return last && { subject: last.subject, zones: last.zones };
}

function addSettings(settings: Part['settings'], draft: Draft): void {
  settings.times.push(...draft.times.filter((chunk) => !settings.times.includes(chunk)));
  settings.severity.push(...draft.severity.filter((chunk) => !settings.severity.includes(chunk)));
  settings.cooldown.push(...draft.cooldown.filter((chunk) => !settings.cooldown.includes(chunk)));
}

/** A severity or cooldown of a clause's own stands above that of all. */
function addMissing(settings: Part['settings'], draft: Draft): void {
  addSettings(settings, {
    ...draft,
    severity: settings.severity.length > 0 ? [] : draft.severity,
    cooldown: settings.cooldown.length > 0 ? [] : draft.cooldown,
  });
}

/** Settings before all clauses, or after clauses joined by "or", belong to each of them. */
function shareSettings(parts: readonly Part[], before: readonly Draft[]): void {
  for (const draft of before) for (const part of parts) addSettings(part.settings, draft);
  const [first] = parts;
  if (first) {
    const { draft } = first;
    const leading = {
      ...draft,
      times: draft.times.filter((chunk) => draft.leading.has(chunk)),
      severity: draft.severity.filter((chunk) => draft.leading.has(chunk)),
      cooldown: draft.cooldown.filter((chunk) => draft.leading.has(chunk)),
    };
    for (const part of parts) if (part !== first) addMissing(part.settings, leading);
  }
  for (let i = parts.length - 1; i > 0; i--) {
    const part = parts[i];
    const previous = parts[i - 1];
    if (part?.draft.clause.join !== 'or' || !previous) continue;
    for (const key of ['times', 'severity', 'cooldown'] as const) {
      if (previous.settings[key].every((chunk) => first?.draft.leading.has(chunk))) {
        previous.settings[key].push(...part.settings[key].filter((chunk) => !previous.settings[key].includes(chunk)));
      }
    }
  }
}

function finish(source: Source, parts: readonly Part[], book: Account): Reading {
  const rules: Rule[] = [];
  const partial: PartialRule[] = [];
  const labels: Array<Label & { rules?: readonly number[] }> = book.labels.map((label) => ({ ...label }));
  const issues: Issue[] = [];
  const assumptions: string[] = [...book.assumptions];
  for (const { draft, lowered, settings } of parts) {
    const { account } = lowered;
    const read = readSettings(settings as unknown as SettingChunks, account);
    partial.push({ ...settingsOf(lowered.cameras, read), trigger: lowered.partial });
    const made = lowered.triggers.map((trigger) => ruleOf(trigger, lowered.cameras, read));
    const before = rules.length;
    const indexes = made.map((rule) => {
      const index = indexOfRule(rules.slice(0, before), rule, draft);
      return index < before ? index : rules.push(rule) - 1;
    });
    if (made.length > 0 && rules.length === before)
      assumptions.push(`“${clauseText(source, draft)}” says the same again`);
    for (const label of account.labels) labels.push({ ...label, rules: indexes });
    issues.push(...account.issues);
    assumptions.push(...account.assumptions.filter((text) => !assumptions.includes(text)));
  }
  return { rules, issues, assumptions, labels, partial };
}

/** The index of a rule that says the same already, or the next free one. */
function indexOfRule(rules: readonly Rule[], rule: Rule, draft: Draft): number {
  const same = rules.findIndex((other) => {
    if (
      JSON.stringify(other.trigger) !== JSON.stringify(rule.trigger) ||
      JSON.stringify(other.cameras) !== JSON.stringify(rule.cameras)
    )
      return false;
    const adds =
      (rule.schedule && JSON.stringify(rule.schedule) !== JSON.stringify(other.schedule)) ||
      rule.severity !== other.severity;
    return !adds || (draft.clause.join === 'stop' && !adds);
  });
  return same < 0 ? rules.length : same;
}

function clauseText(source: Source, { clause }: Draft): string {
  return textOf(source.tokens, { start: clause.chunks[0]?.start ?? 0, end: clause.chunks.at(-1)?.end ?? 0 });
}
