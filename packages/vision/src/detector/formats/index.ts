import type { ModelFormat } from '../../model-info.js';
import type { OutputFormat } from '../decoder.js';
import { nanodet } from './nanodet.js';
import { picodet } from './picodet.js';

/** Every output format, by name. */
export const OUTPUT_FORMATS: Partial<Record<ModelFormat, OutputFormat>> = { nanodet, picodet };
