import { RequestError } from '@lookout/client';
import { useParams } from 'react-router';
import { useCamera } from '../api/queries.js';
import { ErrorMessage } from '../ui/message.js';
import { ZoneEditor } from '../zones/zone-editor.js';
import { NotFoundPage } from './not-found-page.js';

/** Areas, lines and ignored places of one camera. */
export default function ZonesPage() {
  const { id = '' } = useParams();
  const { data: camera, error } = useCamera(id);
  if (error instanceof RequestError && error.httpStatus === 404) return <NotFoundPage />;
  return (
    <>
      <ErrorMessage error={error} className="m-4" />
      {/* What is edited is the camera as it was when this page opened. */}
      {camera && <ZoneEditor key={camera.id} camera={camera} />}
    </>
  );
}
