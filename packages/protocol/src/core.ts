// What needs no schema: threads that check no message import this alone, as loading all schemas takes 150 ms of each.

export * from './backoff.js';
export * from './detection-defaults.js';
export * from './errors.js';
export * from './jpeg-bytes.js';
export * from './label-layout.js';
export * from './letterbox.js';
export * from './motion.js';
export * from './object-point.js';
export * from './overlay-look.js';
export * from './region-geometry.js';
export * from './region-key.js';
export * from './region-shapes.js';
export * from './rle.js';
export * from './shared-quality.js';
export * from './socket-close.js';
export * from './state-reason.js';
