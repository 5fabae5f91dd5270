import type { Camera, SegmentMask } from '@lookout/protocol';
import { Ban, Download, Pentagon } from 'lucide-react';
import { type ReactNode, type RefObject, useState } from 'react';
import { useNavigate } from 'react-router';
import { useMay } from '../api/queries.js';
import { download } from '../lib/download.js';
import { cutOutWords } from '../strings/cut-out.js';
import { Button } from '../ui/button.js';
import { ErrorMessage } from '../ui/message.js';
import type { GivenOutline } from '../zones/given-outline.js';
import { cutPicture } from './cut-picture.js';
import { WatchThis } from './watch-this.js';

const words = cutOutWords.actions;

export interface CutOutActionsProps {
  camera: Camera;
  mask: SegmentMask;
  picture: RefObject<HTMLImageElement | null>;
}

/** Actions for a mask. */
export function CutOutActions({ camera, mask, picture }: CutOutActionsProps) {
  const may = useMay();
  const navigate = useNavigate();
  const [error, setError] = useState<unknown>();
  const { zone } = mask;
  const draw = (kind: GivenOutline['kind']) => {
    if (!zone) return;
    const state: GivenOutline = { kind, points: zone.points };
    void navigate(`/cameras/${camera.id}/areas`, { state });
  };
  const save = async () => {
    setError(undefined);
    try {
      if (picture.current) download(await cutPicture(picture.current, mask), camera.name, 'png');
    } catch (reason) {
      setError(reason);
    }
  };
  const keeps = zone ? words.zoneKeeps(String(Math.round(zone.iou * 100))) : words.noZone;
  return (
    <section aria-label={words.title} className="space-y-3">
      <h2 className="text-15 font-title">{words.title}</h2>
      {may.operate && camera.regions_fixed && <p className="text-13 text-muted">{cutOutWords.fixed}</p>}
      {may.operate && !camera.regions_fixed && (
        <>
          <Action text={keeps}>
            <Button variant="primary" disabled={!zone} onClick={() => draw('zone')}>
              <Pentagon size={15} aria-hidden="true" />
              {words.zone}
            </Button>
          </Action>
          <Action text={words.ignoreText}>
            <Button disabled={!zone} onClick={() => draw('mask')}>
              <Ban size={15} aria-hidden="true" />
              {words.ignore}
            </Button>
          </Action>
        </>
      )}
      <Action text={words.cutOutText}>
        <Button onClick={save}>
          <Download size={15} aria-hidden="true" />
          {words.cutOut}
        </Button>
      </Action>
      {may.operate && <WatchThis key={mask.rle.counts} cameraId={camera.id} mask={mask} picture={picture} />}
      <ErrorMessage error={error} />
    </section>
  );
}

function Action({ text, children }: { text: string; children: ReactNode }) {
  return (
    <div className="grid gap-1 *:first:justify-start">
      {children}
      <p className="text-13 text-muted">{text}</p>
    </div>
  );
}
