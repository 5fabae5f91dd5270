import type { FastifyCompressOptions } from '@fastify/compress';

/** JSON, pages, scripts, styles and metrics. Pictures are compressed already, and streams of events and tensors are not delayed. */
const COMPRESSIBLE =
  /^(text\/(html|css|plain|javascript)|application\/([\w.+-]+\+)?json|application\/javascript|image\/svg\+xml)\b/;

/** Of answers and of request bodies; what a body is inflated to is bound by its route's limit, like a body that was sent plainly. */
export const COMPRESSION: FastifyCompressOptions = {
  encodings: ['br', 'gzip'],
  requestEncodings: ['gzip', 'deflate', 'identity'],
  customTypes: COMPRESSIBLE,
  threshold: 2048,
  // Under a millisecond; what is larger is compressed off the main thread.
  syncThreshold: 16 * 1024,
};
