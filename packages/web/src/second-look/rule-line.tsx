import type { RuleSecondLook } from '@lookout/protocol';
import { secondLookWords } from '../strings/second-look.js';

const words = secondLookWords.rule;

/** Summary of the answers to a rule's question, and any problem. */
export default function RuleLine({ secondLook: { problem, answers, confirmed } }: { secondLook: RuleSecondLook }) {
  return (
    <>
      {answers > 0 && <span className="block">{words.answers(confirmed, answers)}</span>}
      {problem && <span className="block text-warn">{words.problems[problem]}</span>}
    </>
  );
}
