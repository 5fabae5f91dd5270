import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../paths.js';
import { apiReference } from './api-reference.js';
import { cameraMakersPage } from './camera-makers.js';
import { describeRunningApi } from './running-api.js';

/** `npm run docs`: regenerates docs/reference/api.md from the built server, and camera-makers.md. */
writeFileSync(join(root, 'docs/reference/camera-makers.md'), cameraMakersPage());
writeFileSync(join(root, 'docs/reference/api.md'), apiReference(await describeRunningApi()));
