import type { Calibration, StoredRule } from '@lookout/protocol';
import { useState } from 'react';
import { basePath } from '../api/client.js';
import { useCameras, useMay } from '../api/queries.js';
import { phraseWords } from '../strings/phrases.js';
import { Dialog } from '../ui/dialog.js';
import { SelectField } from '../ui/field.js';
import { ErrorMessage } from '../ui/message.js';
import { ExampleList } from './example-list.js';
import { LookingText } from './looking-text.js';
import { useCalibration } from './queries.js';
import { scoreText } from './scale.js';
import { ScoreScale } from './score-scale.js';

const words = phraseWords;

/** Calibration of a rule's description on a camera: scores, expected false alarms, reasons for a refusal, and examples. */
export function CalibrationDialog({ rule, onClose }: { rule: StoredRule; onClose: () => void }) {
  const [camera, setCamera] = useState<string>();
  const { data, error } = useCalibration(rule.id, camera);
  const { data: cameras } = useCameras();
  const may = useMay();
  const nameOf = (id: string) => cameras?.find((each) => each.id === id)?.name ?? id;
  const phrase = rule.rule.trigger.subject.phrase ?? '';
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={words.title(phrase)}
      description={rule.looking && <LookingText looking={rule.looking} />}
    >
      <div className="grid gap-5">
        <ErrorMessage error={error} />
        {data && data.cameras.length > 1 && (
          <SelectField
            label={words.camera}
            options={data.cameras.map(({ camera: id }) => ({ value: id, label: nameOf(id) }))}
            value={data.camera}
            onChange={setCamera}
          />
        )}
        {data && <Told calibration={data} />}
        {data && may.operate && <ExampleList rule={rule} examples={data.examples} />}
      </div>
    </Dialog>
  );
}

function Told({ calibration }: { calibration: Calibration }) {
  const { state, needs, background, expected_per_day: perDay, recall, reasons } = calibration;
  return (
    <>
      <div className="grid gap-1 text-13">
        <p className="font-strong">{words.states[state]}</p>
        {state === 'calibrating' && needs && <p>{words.needs(needs.crops, Math.ceil(needs.seconds / 60))}</p>}
        {state === 'untested' && <p className="text-pretty">{words.untested}</p>}
        <p className="text-muted">
          {words.compared(background.n)} {perDay !== null && expectedText(perDay)}{' '}
          {recall !== null && words.recall(Math.round(recall * 100))}
        </p>
      </div>
      {reasons.length > 0 && <Reasons reasons={reasons} />}
      <ScoreScale calibration={calibration} />
    </>
  );
}

function expectedText(perDay: number): string {
  return perDay < 0.1 ? words.fewExpected : words.expected(scoreText(perDay));
}

function Reasons({ reasons }: Pick<Calibration, 'reasons'>) {
  const crops = reasons.find((reason) => reason.crops && reason.crops.length > 0)?.crops ?? [];
  return (
    <section className="grid gap-2 rounded-[12px] bg-bad-soft px-3.5 py-3 text-13">
      <h3 className="font-strong text-bad">{words.refused.title}</h3>
      {reasons.map(({ kind, why }) => (
        <p key={kind} className="text-pretty break-words">
          {why}
        </p>
      ))}
      {crops.length > 0 && (
        <>
          <p className="text-muted">{words.refused.crops}</p>
          <ul className="grid grid-cols-3 gap-2">
            {crops.slice(0, 6).map(({ picture_url: url, score, timestamp }) => (
              <li key={timestamp} className="grid gap-1">
                {url === null ? (
                  <span className="grid aspect-square place-items-center rounded-md bg-sunken p-2 text-12 text-muted">
                    {words.refused.gone}
                  </span>
                ) : (
                  <img
                    src={basePath + url}
                    alt=""
                    className="aspect-square w-full rounded-md bg-picture object-contain"
                  />
                )}
                <span className="figures text-12 text-muted">{words.score(scoreText(score))}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
