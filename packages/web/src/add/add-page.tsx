import type { Camera, FoundDevice } from '@lookout/protocol';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';
import { useMay, useModels } from '../api/queries.js';
import { useTitle } from '../lib/hooks.js';
import { NotFoundPage } from '../pages/not-found-page.js';
import { t } from '../strings/index.js';
import { AddressStep } from './address-step.js';
import { DeviceStep } from './device-step.js';
import { FindStep } from './find-step.js';
import { NO_MAKER } from './maker-fields.js';
import { type Draft, EMPTY_DRAFT, reachable, STEPS, type Step, WAYS, type Way } from './model/draft.js';
import { usualChoice } from './model/look-for.js';
import { PhoneStep } from './phone-step.js';
import { Steps } from './steps.js';
import { WarnStep } from './warn-step.js';
import { WatchStep } from './watch-step.js';

/** Adds a camera in four steps. The address says which; everything else stays in this page, passwords above all. */
export default function AddPage() {
  useTitle(t.add.title);
  const may = useMay();
  const navigate = useNavigate();
  const { step, way, go, device, setDevice, draft, change, added, setAdded } = useAdding();
  const [host, setHost] = useState('');
  const [maker, setMaker] = useState(NO_MAKER);
  const [phone, setPhone] = useState<Camera>();
  const names = useModels().data?.find((model) => model.default)?.classes ?? [];
  const lookFor = draft.lookFor ?? usualChoice(names);
  if (!may.manage) return <NotFoundPage />;

  const back = () => void navigate(-1);
  const finish = (camera: Camera) => {
    setAdded(camera);
    go('warn', way, true);
  };
  const connect = { draft, onChange: change, onBack: back, onNext: () => go('watch', way) };
  const looked = { draft, onChange: change, names, lookFor, onBack: back };
  const isRecorder = way === 'device' && (draft.description?.channels.length ?? 0) > 1;
  return (
    <div className="mx-auto max-w-250">
      {/* In the top bar, which is empty there on phones. */}
      <p
        aria-hidden="true"
        className="pointer-events-none fixed top-0 left-13.5 z-30 hidden text-[1.0625rem] leading-14 font-title phone:block"
      >
        {t.add.title}
      </p>
      <Steps current={step} />
      {step === 'find' && (
        <FindStep
          host={host}
          onHost={setHost}
          onDevice={(chosen) => {
            setDevice(chosen);
            go('connect', 'device');
          }}
          onWay={(chosen) => go('connect', chosen)}
          onAddress={(url) => {
            change({ url }, 'address');
            go('connect', 'address');
          }}
          onCancel={() => void navigate('/')}
        />
      )}
      {step === 'connect' && way === 'device' && device && (
        <DeviceStep key={device.address} device={device} {...connect} />
      )}
      {step === 'connect' && way === 'phone' && (
        <PhoneStep {...looked} made={phone} onMade={setPhone} onNext={() => phone && finish(phone)} />
      )}
      {step === 'connect' && (way === 'address' || way === 'maker' || way === 'local') && (
        <AddressStep
          key={way}
          {...{ way, maker, onMaker: setMaker, ...connect }}
          onHost={(asked) => {
            setHost(asked);
            go('find');
          }}
        />
      )}
      {step === 'watch' && <WatchStep {...looked} onAdded={finish} />}
      {step === 'warn' && added && (
        <WarnStep
          camera={added}
          {...{ names, lookFor }}
          deviceName={device?.name ?? device?.host ?? ''}
          onAnother={isRecorder ? () => go('connect', 'device') : undefined}
        />
      )}
    </div>
  );
}

/** Which step, and what was typed for each camera that was looked at. */
function useAdding() {
  const [search, setSearch] = useSearchParams();
  const [drafts, setDrafts] = useState<Readonly<Record<string, Draft>>>({});
  const [device, setDevice] = useState<FoundDevice>();
  const [added, setAdded] = useState<Camera>();
  const way = WAYS.find((each) => each === search.get('way'));
  // What was typed for one camera is never sent to another.
  const key = way === 'device' ? `device ${device?.address}` : (way ?? '');
  const draft = drafts[key] ?? EMPTY_DRAFT;
  const wanted = STEPS.find((each) => each === search.get('step')) ?? 'find';
  return {
    step: reachable(wanted, way, { device: device !== undefined, url: draft.url !== '', camera: added !== undefined }),
    way,
    go: (step: Step, to?: Way, replace = false) =>
      setSearch(step === 'find' ? {} : { step, ...(to && { way: to }) }, { replace }),
    ...{ device, setDevice, draft, added, setAdded },
    /** @param of the draft to change; default: the one of this way */
    change: (changes: Partial<Draft>, of: string = key) =>
      setDrafts((all) => ({ ...all, [of]: { ...(all[of] ?? EMPTY_DRAFT), ...changes } })),
  };
}
