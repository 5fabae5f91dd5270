export { MAX_CAMERAS, MAX_RULES, RuleEngine } from './engine/engine.js';
export type { ActiveRule, EventChange, EventObject, FiredEvent } from './engine/events/event.js';
export type { CameraRegions, RuleFrame, RuleObject } from './engine/scene/frame.js';
export { type Contrasts, contrastsOf } from './phrases/contrasts.js';
export { isPhrased, type PhrasedSubject, phraseKey } from './phrases/phrase-key.js';
export { type PlainForms, plainForms } from './phrases/plain-forms.js';
export { interpret } from './reader/interpret.js';
export { summarise } from './reader/summary.js';
