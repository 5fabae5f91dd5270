import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../paths.js';
import { apiReference } from './api-reference.js';
import { describeRunningApi } from './running-api.js';

/** `npm run docs`: regenerates docs/reference/api.md from the built server. */
writeFileSync(join(root, 'docs/reference/api.md'), apiReference(await describeRunningApi()));
