import { useSystemInfo } from '../api/queries.js';
import { serverUrl } from '../lib/base.js';
import { type ShareOrigin, shareOrigin } from './share-origin.js';

/** Where links of this page lead. */
export function useShareOrigin(): ShareOrigin {
  const { data } = useSystemInfo();
  return shareOrigin(serverUrl, data);
}
