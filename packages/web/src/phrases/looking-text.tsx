import type { Looking } from '@lookout/protocol';
import { phraseWords } from '../strings/phrases.js';

/** How a rule looks, how often, and which model is asked. */
export function LookingText({ looking: { lane, every_s, model } }: { looking: Looking }) {
  const how = lane === 'frame' || every_s === null ? phraseWords.lanes.frame : phraseWords.lanes[lane](every_s);
  return (
    <>
      {how} {model !== undefined && phraseWords.model(model)}
    </>
  );
}
