import { z } from 'zod';
import { CameraId } from './camera.js';

/** One of several servers that share their cameras. */
export const ClusterNode = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string().describe('Where the other nodes reach it'),
  version: z.string(),
  state: z.enum(['up', 'draining', 'away']).describe('draining: it gives its cameras to others and takes no more'),
  cameras: z.array(CameraId).describe('Those that it reads'),
  load: z.number().min(0).max(1).describe('Part of its cores in use'),
  labels: z.array(z.string()),
  since: z.number().describe('When it started, Unix epoch ms'),
  arriving: z.array(CameraId).optional().describe('Cameras that are being handed over to it'),
});
export type ClusterNode = z.infer<typeof ClusterNode>;
