import { z } from 'zod';
import { ImageSettings } from './detection-session.js';
import { Problem } from './system.js';

// The messages of the KServe protocol v2 (Open Inference Protocol) over HTTP, with its binary-data extension.

/** Bytes of one element by datatype. `BYTES` elements have any length, each preceded by its length. */
export const KSERVE_ELEMENT_BYTES = {
  BOOL: 1,
  UINT8: 1,
  UINT16: 2,
  UINT32: 4,
  UINT64: 8,
  INT8: 1,
  INT16: 2,
  INT32: 4,
  INT64: 8,
  FP16: 2,
  FP32: 4,
  FP64: 8,
  BYTES: undefined,
} as const;
export type KServeDatatype = keyof typeof KSERVE_ELEMENT_BYTES;

const datatypes = Object.keys(KSERVE_ELEMENT_BYTES) as [KServeDatatype, ...KServeDatatype[]];
export const KServeDatatype = z.enum(datatypes);

/** More dimensions than any image model has. */
const MAX_RANK = 8;
const MAX_TENSORS = 64;
const Name = z.string().min(1).max(256);
const Shape = z.array(z.int().min(0)).max(MAX_RANK);
/** May hold millions of numbers, so they are checked only once, when they are read. */
const TensorValues = z
  .unknown()
  .refine((value): value is unknown[] => Array.isArray(value), 'expected a list')
  .meta({ type: 'array', items: {} })
  .describe('The elements in row-major order, flat or nested by the shape; omitted if they follow as binary data');
const BinarySize = z.strictObject({
  binary_data_size: z
    .int()
    .min(0)
    .optional()
    .describe('Size of this tensor in the binary data after the JSON, where tensors follow in order'),
});

export const InferInput = z.strictObject({
  name: Name,
  shape: Shape,
  datatype: KServeDatatype,
  parameters: BinarySize.optional(),
  data: TensorValues.optional(),
});
export type InferInput = z.infer<typeof InferInput>;

export const InferRequestedOutput = z.strictObject({
  name: Name,
  parameters: z
    .strictObject({ binary_data: z.boolean().optional().describe('Whether it is sent as binary data') })
    .optional(),
});

/** Body of `POST /v2/models/:model/infer`, or the JSON in front of its binary data. */
export const InferRequest = z.strictObject({
  id: z.string().max(256).optional().describe('Repeated in the answer'),
  parameters: z
    .strictObject({
      priority: z.int().min(0).optional().describe('Ignored: requests are served in order'),
      timeout: z.int().min(0).optional().describe('Ignored: close the connection instead'),
      binary_data_output: z.boolean().optional().describe('Whether outputs are sent as binary data by default'),
    })
    .optional(),
  inputs: z.array(InferInput).min(1).max(MAX_TENSORS),
  outputs: z.array(InferRequestedOutput).max(MAX_TENSORS).optional().describe('The requested outputs; default: all'),
});
export type InferRequest = z.infer<typeof InferRequest>;

const { classes: _classes, ...pictureSettings } = ImageSettings.shape;

/** A request to the model `detect`, which takes images: with settings, as this protocol can express them in parameters. */
export const DetectInferRequest = InferRequest.extend({
  parameters: z
    .strictObject({
      ...InferRequest.shape.parameters.unwrap().shape,
      ...pictureSettings,
      classes: z
        .string()
        .min(1)
        .max(16_384)
        .transform((text) => text.split(','))
        .pipe(ImageSettings.shape.classes.unwrap().unwrap())
        .optional()
        .describe('Only these classes: names separated by commas'),
    })
    .optional(),
});
export type DetectInferRequest = z.infer<typeof DetectInferRequest>;

/** Also from other servers: fields beyond the protocol are ignored. */
export const InferOutput = z.object({
  name: z.string(),
  shape: Shape,
  datatype: KServeDatatype,
  parameters: z.object({ binary_data_size: z.int().min(0).optional() }).optional(),
  data: TensorValues.optional(),
});
export type InferOutput = z.infer<typeof InferOutput>;

export const InferResponse = z.object({
  model_name: z.string(),
  model_version: z.string().optional(),
  id: z.string().optional(),
  outputs: z.array(InferOutput).max(MAX_TENSORS),
});
export type InferResponse = z.infer<typeof InferResponse>;

export const TensorMetadata = z.object({
  name: z.string(),
  datatype: z.string(),
  shape: z.array(z.int()).describe('-1: free'),
});
export type TensorMetadata = z.infer<typeof TensorMetadata>;

/** Answer of `GET /v2/models/:model`. */
export const ModelMetadata = z.object({
  name: z.string(),
  versions: z.array(z.string()).optional(),
  platform: z.string(),
  inputs: z.array(TensorMetadata).max(MAX_TENSORS),
  outputs: z.array(TensorMetadata).max(MAX_TENSORS),
  parameters: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('`detector`: in JSON, how images are prepared and outputs are decoded, in the keys of a sidecar file'),
});
export type ModelMetadata = z.infer<typeof ModelMetadata>;

/** Answer of `GET /v2`. */
export const ServerMetadata = z.object({
  name: z.string(),
  version: z.string(),
  extensions: z.array(z.string()),
});

export const ServerLive = z.object({ live: z.boolean() });
export const ServerReady = z.object({ ready: z.boolean() });
export const ModelReady = z.object({ name: z.string(), ready: z.boolean() });

/** A problem document that clients of this protocol can also read. */
export const KServeProblem = Problem.extend({ error: z.string().describe('The same as `detail`') });
