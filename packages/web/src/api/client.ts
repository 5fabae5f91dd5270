import { LookoutClient } from '@lookout/client';
import { serverUrl } from '../lib/base.js';

/** The server this page came from. */
export const lookout = new LookoutClient({ baseUrl: serverUrl });
