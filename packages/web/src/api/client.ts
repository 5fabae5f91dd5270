import { LookoutClient } from '@lookout/client';

/** The server this page came from. */
export const lookout = new LookoutClient();
