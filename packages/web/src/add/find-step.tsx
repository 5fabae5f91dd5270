import type { DiscoverResult, FoundDevice } from '@lookout/protocol';
import { useQuery } from '@tanstack/react-query';
import { Cctv, ChevronRight, Factory, FileVideo, type LucideIcon, RotateCw, Smartphone } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { lookout } from '../api/client.js';
import { bareHost, kindOf } from '../camera/address.js';
import { t } from '../strings/index.js';
import { Badge } from '../ui/badge.js';
import { Button } from '../ui/button.js';
import { TextField } from '../ui/field.js';
import { ErrorMessage, Warning } from '../ui/message.js';
import type { Way } from './model/draft.js';
import { StepFrame } from './step-frame.js';

const words = t.add.find;
/** What was found stays while somebody looks at one of them and comes back. */
const KEPT_MS = 600_000;
const OTHER_WAYS = ['phone', 'maker', 'local'] as const satisfies readonly Way[];
const ICONS: Record<(typeof OTHER_WAYS)[number], LucideIcon> = {
  ...{ phone: Smartphone, maker: Factory, local: FileVideo },
};

/** A line of its height. */
const NO_NOTE_YET = '\u00a0';

export interface FindStepProps {
  /** The only host that is asked; empty: everyone. */
  host: string;
  onHost: (host: string) => void;
  onDevice: (device: FoundDevice) => void;
  onWay: (way: Way) => void;
  /** The address of a stream was typed. */
  onAddress: (url: string) => void;
  onCancel: () => void;
}

/** Lists the cameras that answer on the server's networks, and the other ways. */
export function FindStep({ host, onHost, onDevice, onWay, onAddress, onCancel }: FindStepProps) {
  const search = useQuery({
    queryKey: ['discover', host],
    queryFn: ({ signal }) => lookout.cameras.discover({ host: host || undefined, signal }),
    ...{ staleTime: KEPT_MS, gcTime: KEPT_MS, retry: false, refetchOnWindowFocus: false },
  });
  const { data, error, isFetching } = search;
  return (
    <StepFrame
      title={titleOf(search, host)}
      note={isFetching ? NO_NOTE_YET : data && <Note found={data} />}
      aside={
        <div className="flex flex-wrap gap-2">
          {host !== '' && <Button onClick={() => onHost('')}>{words.all}</Button>}
          <Button disabled={isFetching} onClick={() => void search.refetch()}>
            <RotateCw size={15} aria-hidden="true" />
            {words.again}
          </Button>
        </div>
      }
      onBack={onCancel}
      backLabel={t.add.cancel}
    >
      <p role="status" className="sr-only">
        {titleOf(search, host)}
      </p>
      <ErrorMessage error={isFetching ? undefined : error} className="mb-4" />
      {isFetching ? <Searching /> : data && <Devices found={data} onDevice={onDevice} />}
      <h2 className="mt-7 mb-3 text-13 font-strong">{words.others}</h2>
      <TypedAddress onHost={onHost} onAddress={onAddress} onExamples={() => onWay('address')} />
      <ul className="mt-5 grid grid-cols-3 gap-3 max-[64rem]:grid-cols-2 phone:grid-cols-1 phone:gap-2.5">
        {OTHER_WAYS.map((way) => (
          <li key={way} className="grid">
            <OtherWay Icon={ICONS[way]} {...words.ways[way]} onPress={() => onWay(way)} />
          </li>
        ))}
      </ul>
      {!isFetching && data && data.hints.length > 0 && <Hints hints={data.hints} />}
    </StepFrame>
  );
}

interface SearchState {
  data: DiscoverResult | undefined;
  isFetching: boolean;
  isError: boolean;
}

function titleOf({ data, isFetching, isError }: SearchState, host: string): string {
  if (isFetching) return host === '' ? words.searching : words.searchingHost(host);
  if (isError || !data) return words.failed;
  const { length } = data.devices.filter((device) => device.answered);
  if (host !== '') return length > 0 ? words.foundAt(host) : words.silent(data.devices[0]?.host ?? host);
  return length > 0 ? words.found(length) : words.none;
}

function Note({ found: { devices, networks } }: { found: DiscoverResult }) {
  if (devices.length > 0) return words.which;
  return networks.length > 0 && words.in(networks.join(', '));
}

/** As high as one row of what may be found, so that little moves when it is. */
const ROW = 'grid min-h-20 place-items-center rounded-lg border border-dashed border-line p-3.5 text-center text-muted';

function Searching() {
  return (
    <div className={ROW}>
      <RotateCw size={20} className="animate-spin" aria-hidden="true" />
    </div>
  );
}

/** Below the other ways, which would move down otherwise. */
function Hints({ hints }: { hints: readonly string[] }) {
  return (
    <>
      <h2 className="mt-7 mb-3 text-13 font-strong">{words.why}</h2>
      <ul className="list-disc space-y-1.5 rounded-lg bg-sunken py-3 pr-3.5 pl-8 text-13 text-muted">
        {hints.map((hint) => (
          <li key={hint} className="text-pretty">
            {hint}
          </li>
        ))}
      </ul>
    </>
  );
}

function Devices({ found, onDevice }: { found: DiscoverResult; onDevice: (device: FoundDevice) => void }) {
  const { devices, truncated } = found;
  if (devices.length === 0) return <p className={ROW}>{words.empty}</p>;
  return (
    <div className="space-y-3.5">
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,19rem),1fr))] gap-3 phone:gap-2.5">
        {devices.map((device) => (
          <li key={`${device.address} ${device.name}`} className="grid">
            <DeviceCard device={device} onPress={() => onDevice(device)} />
          </li>
        ))}
      </ul>
      {truncated && <Warning>{words.truncated}</Warning>}
    </div>
  );
}

const CARD =
  'flex min-h-16 w-full items-center gap-3.5 rounded-lg border border-line bg-surface p-3.5 text-left shadow-1 transition-colors hover:border-line-strong';
const ICON = 'grid size-10 shrink-0 place-items-center rounded-[12px] bg-accent-soft text-accent-text';

function DeviceCard({ device, onPress }: { device: FoundDevice; onPress: () => void }) {
  const { name, manufacturer, model, location, address, camera_ids } = device;
  const facts = [new URL(address).host, manufacturer, model !== name && model, location].filter(Boolean);
  return (
    <button type="button" onClick={onPress} className={CARD}>
      <span aria-hidden="true" className={ICON}>
        <Cctv size={20} />
      </span>
      <span className="min-w-0 grow">
        <span className="block truncate font-semibold">{name ?? model ?? words.unnamed}</span>
        <span className="figures block truncate text-13 text-muted">{facts.join(' · ')}</span>
      </span>
      {camera_ids.length > 0 && <Badge tone="good" label={words.added} announce={false} />}
      <ChevronRight size={18} className="shrink-0 text-muted" aria-hidden="true" />
    </button>
  );
}

interface OtherWayProps {
  Icon: LucideIcon;
  title: string;
  note: string;
  onPress: () => void;
}

function OtherWay({ Icon, title, note, onPress }: OtherWayProps) {
  return (
    <button type="button" onClick={onPress} className={CARD}>
      <span aria-hidden="true" className={ICON}>
        <Icon size={20} />
      </span>
      <span className="min-w-0">
        <span className="block font-semibold">{title}</span>
        <span className="block text-13 text-pretty text-muted">{note}</span>
      </span>
    </button>
  );
}

/** What may be asked for its streams: a host, and a name without a dot too, unless it is the beginning of something else. */
function hostOf(text: string): string | undefined {
  return bareHost(text) ?? (/^[\w-]+$/.test(text) ? text : undefined);
}

interface TypedAddressProps extends Pick<FindStepProps, 'onHost' | 'onAddress'> {
  /** Shows how addresses look. */
  onExamples: () => void;
}

/** One field for whatever is known of a camera: its host, which is asked for its streams, or the address of a stream. */
function TypedAddress({ onHost, onAddress, onExamples }: TypedAddressProps) {
  const [typed, setTyped] = useState('');
  const text = typed.trim();
  const host = hostOf(text);
  const kind = kindOf(text);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (host !== undefined) onHost(host);
    else if (text !== '') onAddress(text);
  };
  const understood = kind && t.add.address.typed(t.add.kinds[kind].name);
  return (
    <form onSubmit={submit} className="flex max-w-160 items-start gap-2">
      <div className="min-w-0 grow">
        <TextField
          label={words.address}
          value={typed}
          onChange={setTyped}
          placeholder={words.addressPlaceholder}
          hint={
            text === '' ? (
              <>
                {words.addressHint}{' '}
                <button
                  type="button"
                  onClick={onExamples}
                  className="inline-flex min-h-6 items-center text-accent-text pointer-coarse:min-h-11 pointer-coarse:min-w-11 underline-offset-2 hover:underline"
                >
                  {words.examples}
                </button>
              </>
            ) : host === undefined ? (
              understood
            ) : (
              words.typedHost
            )
          }
          inputMode="url"
          literal
        />
      </div>
      {/* Beside the field, below its label. */}
      <Button type="submit" className="mt-6 h-11" disabled={text === ''}>
        {host === undefined ? t.add.continue : words.ask}
      </Button>
    </form>
  );
}
