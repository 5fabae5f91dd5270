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

/** How a push camera gets its picture; nothing for others. Users who may not manage a camera get no tokens. */
export function PublishPanel({ camera }: { camera: Camera }) {
  const { origin, obstacle } = useShareOrigin();
  const { publish_token: publish } = camera;
  if (!publish) return null;
  return (
    <Panel title={words.publishTitle}>
      <div className="space-y-4">
        <ShareLink
          label={words.publish}
          note={words.publishNote}
          url={`${origin}/camera/${publish}`}
          open={isAway(camera)}
        />
        {/* What else keeps phones out is said above. */}
        {obstacle === 'http' && <PhoneHint obstacle={obstacle} />}
        {/* On the same origin as this page: browsers allow `localhost` to use the camera without HTTPS. */}
        <a href={`${basePath}/camera/${publish}`} target="_blank" rel="noreferrer" className={buttonClasses()}>
          <Webcam size={15} aria-hidden="true" />
          {t.cameras.publishFromHere}
        </a>
      </div>
    </Panel>
  );
}

/** Everything else by which a camera is watched or fed, mostly for programs. */
export function MoreLinks({ camera }: { camera: Camera }) {
  return (
    <details>
      <summary className="flex min-h-target cursor-pointer items-center border-b border-line px-5 font-medium text-accent-text pointer-coarse:min-h-11">
        {words.more}
      </summary>
      <div className="flat-panels">
        <EndlessPanel camera={camera} />
        <LinksPanel cameraId={camera.id} />
      </div>
    </details>
  );
}

/** A camera's links that work without a sign-in and without an end: for programs that publish, if it is a push camera, and for watching. */
function EndlessPanel({ camera }: { camera: Camera }) {
  const { origin } = useShareOrigin();
  const rtmpPort = useSystemInfo().data?.rtmp_port;
  const renew = useRenewTokens(camera.id);
  const { publish_token: publish, view_token: view } = camera;
  // Users who may not manage the camera get no tokens.
  if (!publish && !view) return null;
  return (
    <Panel title={words.title}>
      <div className="space-y-4">
        {publish && rtmpPort !== undefined && (
          <EncoderAddress label={words.encoder} note={words.encoderNote} url={rtmpAddress(origin, rtmpPort, publish)} />
        )}
        {publish && <EncoderAddress label={words.whip} note={words.whipNote} url={whipAddress(origin, publish)} />}
        {view && <ShareLink label={words.watch} note={words.watchNote} url={`${origin}/view/${view}`} />}
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
function LinksPanel({ cameraId }: { cameraId: string }) {
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
