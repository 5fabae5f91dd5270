import type { Camera } from '@lookout/protocol';
import { RefreshCw, Webcam } from 'lucide-react';
import { basePath, serverUrl } from '../api/client.js';
import { useRenewTokens, useSystemInfo } from '../api/queries.js';
import { t } from '../strings/index.js';
import { Button, buttonClasses } from '../ui/button.js';
import { ConfirmDialog } from '../ui/dialog.js';
import { Panel } from '../ui/panel.js';
import { isAway } from './camera-state.js';
import { cameraLinks, rtmpAddress, whipAddress } from './links.js';
import { LinkLine, PhoneHint, ShareLink, useShareOrigin } from './share-link.js';

const words = t.cameras.share;

/** A camera's links that work without a sign-in: for publishing, if it is a push camera, and for watching. */
export function SharePanel({ camera }: { camera: Camera }) {
  const { origin, obstacle } = useShareOrigin();
  const rtmpPort = useSystemInfo().data?.rtmp_port;
  const renew = useRenewTokens(camera.id);
  const { publish_token: publish, view_token: view } = camera;
  // Users who may not manage the camera get no tokens.
  if (!publish && !view) return null;
  return (
    <Panel title={publish ? words.publishTitle : words.title}>
      <div className="space-y-4">
        {publish && (
          <ShareLink
            label={words.publish}
            note={words.publishNote}
            url={`${origin}/camera/${publish}`}
            open={isAway(camera)}
          />
        )}
        {publish && rtmpPort !== undefined && (
          <EncoderAddress label={words.encoder} note={words.encoderNote} url={rtmpAddress(origin, rtmpPort, publish)} />
        )}
        {publish && <EncoderAddress label={words.whip} note={words.whipNote} url={whipAddress(origin, publish)} />}
        {view && <ShareLink label={words.watch} note={words.watchNote} url={`${origin}/view/${view}`} />}
        {/* What else keeps phones out is said above. */}
        {publish && obstacle === 'http' && <PhoneHint obstacle={obstacle} />}
        <div className="flex flex-wrap gap-2">
          {publish && (
            // On the same origin as this page: browsers allow `localhost` to use the camera without HTTPS.
            <a href={`${basePath}/camera/${publish}`} target="_blank" rel="noreferrer" className={buttonClasses()}>
              <Webcam size={15} aria-hidden="true" />
              {t.cameras.publishFromHere}
            </a>
          )}
          <ConfirmDialog
            trigger={
              <Button>
                <RefreshCw size={15} aria-hidden="true" />
                {words.renew}
              </Button>
            }
            title={words.renewTitle(camera.name)}
            description={camera.kind === 'push' ? words.renewPush : words.renewPull}
            cancel={t.actions.keepThem}
            confirm={words.renew}
            onConfirm={() => renew.mutateAsync()}
          />
        </div>
      </div>
    </Panel>
  );
}

/** Where programs publish, to copy. */
function EncoderAddress({ label, note, url }: { label: string; note: string; url: string }) {
  return (
    <div>
      <p className="font-medium">{label}</p>
      <p className="text-13 text-muted">{note}</p>
      <div className="mt-0.5 flex items-center gap-1">
        <LinkLine label={label} url={url} openable={false} />
      </div>
    </div>
  );
}

/** Every address at which the server offers this camera. */
export function LinksPanel({ cameraId }: { cameraId: string }) {
  return (
    <Panel title={t.cameras.links.title}>
      <ul className="space-y-2.5">
        {cameraLinks(cameraId, serverUrl).map((link) => (
          <li key={link.label}>
            <p className="text-13 text-muted">{link.label}</p>
            <div className="flex items-center gap-1">
              <LinkLine {...link} />
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
