import type { Camera } from '@lookout/protocol';
import { Webcam } from 'lucide-react';
import { basePath } from '../lib/base.js';
import { buttonClasses } from '../ui/button.js';
import { Panel } from '../ui/panel.js';
import { isAway } from './camera-away.js';
import { PhoneHint } from './phone-hint.js';
import { RenewLinks } from './renew-links.js';
import { ShareLink } from './share-link.js';
import { useShareOrigin } from './use-share-origin.js';

/** The links of a camera that work without a sign-in: to publish it, where it is published, and to watch it. */
export function SharePanel({ camera }: { camera: Camera }) {
  const { origin, obstacle } = useShareOrigin();
  const { publish_token: publish, view_token: view } = camera;
  // Whoever may not manage the camera gets no tokens of it.
  if (!publish && !view) return null;
  return (
    <Panel title={publish ? 'Publish and share' : 'Share'}>
      <div className="space-y-4">
        {publish && (
          <ShareLink
            label="Link to publish"
            note="Open it on the phone or computer that is the camera. Anyone with the link can send its picture."
            url={`${origin}/camera/${publish}`}
            open={isAway(camera)}
          />
        )}
        {view && (
          <ShareLink
            label="Link to watch"
            note="Anyone with the link can watch this camera without signing in, and nothing else."
            url={`${origin}/view/${view}`}
          />
        )}
        {(publish !== undefined || obstacle === 'this-machine') && <PhoneHint obstacle={obstacle} />}
        <div className="flex flex-wrap gap-2">
          {publish && (
            // A page from this very address: a browser gives its camera to `localhost` without HTTPS.
            <a href={`${basePath}/camera/${publish}`} target="_blank" rel="noreferrer" className={buttonClasses()}>
              <Webcam size={15} aria-hidden="true" />
              Publish from here
            </a>
          )}
          <RenewLinks camera={camera} />
        </div>
      </div>
    </Panel>
  );
}
