export { Actor } from './actor.js';
export { Chance } from './random.js';
export { SCENE_NAMES, type SceneScore, scoreScenes } from './score-scenes.js';
export { NO_NOISE, type Recording, simulateVision, USUAL_NOISE, type VisionNoise } from './simulated-vision.js';
