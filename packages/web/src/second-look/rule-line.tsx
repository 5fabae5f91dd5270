import type { RuleSecondLook } from '@lookout/protocol';
import { secondLookWords } from '../strings/second-look.js';

const words = secondLookWords.rule;

/** What the answers to a rule's question say, and why it can't be relied on. */
export default function RuleLine({ secondLook: { problem, answers, confirmed } }: { secondLook: RuleSecondLook }) {
  return (
    <>
      {answers > 0 && <span className="block">{words.answers(confirmed, answers)}</span>}
      {problem && <span className="block text-warn">{words.problems[problem]}</span>}
    </>
  );
}
