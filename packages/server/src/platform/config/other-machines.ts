import { NodeLabel } from '@lookout/protocol';
import { z } from 'zod';

const MAX_KSERVE_SERVERS = 16;

/** Nodes that share a database, and with it the cameras. */
export const ClusterSettings = z
  .strictObject({
    database: z
      .string()
      .min(1)
      .max(2048)
      .optional()
      .describe(
        'Address of the Postgres database that several nodes share, `postgres://…`; absent: this is the only one',
      ),
    node_url: z
      .url({ protocol: /^https?$/ })
      .max(2048)
      .optional()
      .describe('Address at which the other nodes reach this one, such as http://10.0.0.2:8080'),
    join_secret_file: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .describe('File with the secret that all nodes have in common, at least 32 characters'),
    node_name: z
      .string()
      .regex(/^[\w.-]{1,64}$/, 'expected up to 64 of A-Z a-z 0-9 _ . -')
      .optional()
      .describe('Name of this node, its own among all; absent: that of the machine'),
    labels: z
      .array(NodeLabel)
      .max(16)
      .default([])
      .describe('What cameras may need of their node, such as the network or the USB camera that only it has'),
  })
  .prefault({});

const REDIS_ADDRESS = /^rediss?:\/\/\S+$/;

/** Redis or Valkey, where nodes count limits together, and other programs read events. */
export const RedisSettings = z
  .strictObject({
    url: z
      .string()
      .max(2048)
      .refine((url) => REDIS_ADDRESS.test(url) && URL.canParse(url), 'expected redis://host:6379 or rediss://host:6379')
      .optional()
      .describe('Address of Redis 7 or Valkey, `redis://host:6379/0`; absent: none is used'),
    detections: z
      .boolean()
      .default(false)
      .describe('Whether detections go out as Redis streams too, beside events; needs `redis.url`'),
  })
  .refine(({ url, detections }) => url !== undefined || !detections, {
    path: ['detections'],
    message: 'expected redis.url too',
  })
  .prefault({});

/** Servers that run the default model. */
export const KserveSettings = z
  .strictObject({
    url: z
      .preprocess(
        (given) => (typeof given === 'string' ? [given] : given),
        z.array(z.string().min(1).max(2048)).min(1).max(MAX_KSERVE_SERVERS),
      )
      .optional()
      .describe(
        'Servers of the KServe v2 protocol (Triton, OpenVINO Model Server, Lookout) that run the default model: one address, or a list',
      ),
    model: z.string().min(1).max(200).optional().describe('Name of the model there'),
    version: z.string().min(1).max(64).optional().describe('Version of the model; absent: chosen by the server'),
    token: z.string().min(1).max(4096).optional().describe('Sent as `Authorization: Bearer`'),
    token_file: z.string().min(1).max(4096).optional().describe('File that contains the token'),
    sidecar: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .describe('Sidecar file with class names, format and preparation that the server does not report'),
    timeout_ms: z.int().min(50).max(60_000).default(2000).describe('Timeout of one run, ms'),
    in_flight: z
      .int()
      .min(1)
      .max(32)
      .default(4)
      .describe('Most requests on their way to each server at once; frames beyond that are skipped, never queued'),
  })
  .prefault({});
