export type { Camera } from '@lookout/protocol';
