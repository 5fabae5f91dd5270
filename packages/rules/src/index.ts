export { interpret } from './reader/interpret.js';
