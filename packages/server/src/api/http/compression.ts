import type { FastifyCompressOptions } from '@fastify/compress';

/**
 * JSON, pages, scripts, styles and metrics. Images are compressed already, and compression would delay streams of events and
 * tensors.
 */
const COMPRESSIBLE =
  /^(text\/(html|css|plain|javascript)|application\/([\w.+-]+\+)?json|application\/javascript|image\/svg\+xml)\b/;

/** For responses and request bodies. The size of an inflated body is limited by its route, like that of a plain one. */
export const COMPRESSION: FastifyCompressOptions = {
  encodings: ['br', 'gzip'],
  requestEncodings: ['gzip', 'deflate', 'identity'],
  customTypes: COMPRESSIBLE,
  threshold: 2048,
  // Takes less than a millisecond; larger bodies are compressed off the main thread.
  syncThreshold: 16 * 1024,
};
