import type { Camera } from '@lookout/protocol';
import { Pentagon, Scissors } from 'lucide-react';
import { Link } from 'react-router';
import { useMay } from '../api/queries.js';
import { t } from '../strings/index.js';
import { buttonClasses } from '../ui/button.js';
import { Panel } from '../ui/panel.js';

const words = t.zones.panel;

/** The names of what is drawn on a camera's picture, and the way to its editor. */
export function ZonesPanel({ camera }: { camera: Camera }) {
  const { id, zones, lines, masks, regions_fixed } = camera;
  const may = useMay();
  const names = [...zones, ...lines].map(({ name }) => name).join(', ');
  const isEmpty = names === '' && masks.length === 0;
  const ignored = masks.length > 0 && words.ignored(masks.length);
  return (
    <Panel title={words.title}>
      <div className="flex items-center justify-between gap-4">
        <div className="min-w-0 text-13 break-words text-muted">
          <p>{isEmpty ? words.none : [names, ignored].filter(Boolean).join('; ')}</p>
          {regions_fixed && <p className="mt-1">{words.fixed}</p>}
        </div>
        <div className="flex flex-wrap justify-end gap-2">
          <Link to={`/cameras/${id}/cut-out`} className={buttonClasses()}>
            <Scissors size={15} aria-hidden="true" />
            {words.cutOut}
          </Link>
          {may.operate && !regions_fixed && (
            <Link to={`/cameras/${id}/areas`} className={buttonClasses()}>
              <Pentagon size={15} aria-hidden="true" />
              {isEmpty ? words.draw : words.edit}
            </Link>
          )}
        </div>
      </div>
    </Panel>
  );
}
