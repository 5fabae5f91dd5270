import type { Camera } from '@lookout/protocol';
import { useCameraStats } from '../../api/queries.js';
import type { ChoicesControl } from '../../player/choices.js';
import { FigureFacts } from '../../player/figures.js';
import type { LiveMeter } from '../../player/live-meter.js';
import { waysOfVideo } from '../../player/video/ways-of-camera.js';
import { TimingChoice, WayChoice } from '../../player/view-options.js';
import { t } from '../../strings/index.js';
import { Panel } from '../../ui/panel.js';
import { DelayPanel, DetectionPanel, FramesPanel, HistoryPanel, WaterfallPanel } from './stats-panels.js';

export interface DiagnosticsTabProps extends ChoicesControl {
  camera: Camera;
  meter: LiveMeter;
}

/** Where the time goes, and what becomes of pictures. */
export function DiagnosticsTab({ camera, meter, choices, choose }: DiagnosticsTabProps) {
  const { data: stats, dataUpdatedAt } = useCameraStats(camera.id);
  return (
    <div className="flat-panels">
      {camera.state !== 'off' && (
        <>
          <DelayPanel meter={meter} />
          <WaterfallPanel meter={meter} />
          <Panel title={t.diagnostics.here}>
            <div className="mb-3 flex flex-wrap gap-2">
              <TimingChoice {...{ choices, choose }} />
              <WayChoice {...{ choices, choose }} ways={waysOfVideo(camera.video?.codec).usable} />
            </div>
            <FigureFacts meter={meter} annotated={choices.annotated} />
          </Panel>
          {stats && <FramesPanel stats={stats} meter={meter} />}
          {stats && <DetectionPanel stats={stats} />}
        </>
      )}
      {stats && <HistoryPanel stats={stats} nowMs={dataUpdatedAt} />}
    </div>
  );
}
