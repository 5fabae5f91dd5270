export * from './camera.js';
export * from './detection.js';
export * from './errors.js';
export * from './letterbox.js';
export * from './live.js';
export * from './motion.js';
export * from './stream.js';
export * from './system.js';
