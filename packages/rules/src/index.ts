export { MAX_CAMERAS, MAX_RULES, RuleEngine } from './engine/engine.js';
export type { ActiveRule, EventChange, EventObject, FiredEvent } from './engine/events/event.js';
export type { CameraRegions, RuleFrame, RuleObject } from './engine/scene/frame.js';
export { isPhrased, type PhrasedSubject, phraseKey } from './phrases/phrase-key.js';
export { interpret } from './reader/interpret.js';
export { summarise } from './reader/summary.js';
