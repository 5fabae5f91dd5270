import type { Camera } from '@lookout/protocol';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { HourStrip } from '../../home/hour-strip.js';
import { MINUTE_MS, minutesOf } from '../../home/model/hour.js';
import { useHour } from '../../home/queries.js';
import { useNow } from '../../lib/hooks.js';
import { t } from '../../strings/index.js';
import { Panel } from '../../ui/panel.js';
import { ASIDE_LINK } from './aside-link.js';

const words = t.cameraPage.lastHour;

/** What a camera saw in the last hour, minute by minute. */
export function LastHour({ camera }: { camera: Camera }) {
  const nowMs = useNow(MINUTE_MS / 2);
  const steps = useHour(camera.id, true)?.steps;
  const minutes = useMemo(() => steps && minutesOf(steps, nowMs), [steps, nowMs]);
  return (
    <Panel
      title={words.title}
      aside={
        <Link to={`/events?camera=${encodeURIComponent(camera.id)}`} className={ASIDE_LINK}>
          {words.wholeDay}
        </Link>
      }
    >
      <HourStrip minutes={minutes} />
    </Panel>
  );
}
