import type { SpanKey } from '@lookout/protocol';
import type { Range } from '../phrases/chunk.js';
import type { Issue } from '../text/issue.js';

/** Which tokens became which key; what is in no range was not understood. */
export interface Label extends Range {
  readonly key: SpanKey;
}

/** Keeps the books of a clause: what its words became, what had to be assumed, and what stands in the way of a rule. */
export class Account {
  readonly labels: Label[] = [];
  readonly issues: Issue[] = [];
  readonly assumptions: string[] = [];

  /** Enters a chunk as used for a key. */
  use({ start, end }: Range, key: SpanKey): void {
    this.labels.push({ start, end, key });
  }

  /** Whether all of these words became something. */
  covers({ start, end }: Range): boolean {
    const covered = (at: number) => this.labels.some((label) => label.start <= at && at < label.end);
    return Array.from({ length: end - start }, (_, i) => start + i).every(covered);
  }

  assume(...assumptions: readonly string[]): void {
    for (const text of assumptions) if (!this.assumptions.includes(text)) this.assumptions.push(text);
  }

  /** Enters a problem; its words count as used, since the user is told of them. */
  problem(issue: Issue): void {
    this.issues.push(issue);
    this.use(issue, 'assumption');
  }
}
