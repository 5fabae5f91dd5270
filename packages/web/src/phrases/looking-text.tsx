import type { Looking } from '@lookout/protocol';
import { phraseWords } from '../strings/phrases.js';

/** How and how often a rule looks, and with which model. */
export function LookingText({ looking: { lane, every_s, model } }: { looking: Looking }) {
  const how = lane === 'frame' || every_s === null ? phraseWords.lanes.frame : phraseWords.lanes[lane](every_s);
  return (
    <>
      {how} {model !== undefined && phraseWords.model(model)}
    </>
  );
}
