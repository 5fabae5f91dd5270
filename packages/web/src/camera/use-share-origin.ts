import { useSystemInfo } from '../api/queries.js';
import { type ShareOrigin, shareOrigin } from './share-origin.js';

/** Where links of this page lead. */
export function useShareOrigin(): ShareOrigin {
  const { data } = useSystemInfo();
  return shareOrigin(window.location.origin, data);
}
