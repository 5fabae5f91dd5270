import type { Camera, DiscoverResult, FoundDevice } from '@lookout/protocol';
import { useQuery } from '@tanstack/react-query';
import { ChevronDown, RotateCw } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { lookout } from '../api/client.js';
import { t } from '../strings/index.js';
import { Badge } from '../ui/badge.js';
import { Button } from '../ui/button.js';
import { classes } from '../ui/classes.js';
import { TextField } from '../ui/field.js';
import { ErrorMessage, Warning } from '../ui/message.js';
import { DeviceForm } from './device-form.js';

const words = t.find;

/** Lists the cameras that answer on the server's networks, each to be looked at and added. */
export function FindCameras({ onAdded }: { onAdded: (camera: Camera) => void }) {
  /** Empty: everyone. */
  const [host, setHost] = useState('');
  const search = useQuery({
    queryKey: ['discover', host],
    queryFn: ({ signal }) => lookout.cameras.discover({ host: host || undefined, signal }),
    ...{ staleTime: Number.POSITIVE_INFINITY, gcTime: 0, retry: false, refetchOnWindowFocus: false },
  });
  const { data, error, isFetching } = search;
  return (
    <div className="space-y-4">
      <div className="flex min-h-target items-center justify-between gap-3" role="status">
        {isFetching ? (
          <p className="flex items-center gap-2.5 text-muted">
            <RotateCw size={16} className="animate-spin" aria-hidden="true" />
            {host ? words.searchingHost(host) : words.searching}
          </p>
        ) : (
          <p className="min-w-0 break-words text-muted">{data && summary(data)}</p>
        )}
        {!isFetching && (
          <Button size="compact" onClick={() => (host ? setHost('') : void search.refetch())}>
            {words.again}
          </Button>
        )}
      </div>
      <ErrorMessage error={isFetching ? undefined : error} />
      {data && !isFetching && <Devices key={search.dataUpdatedAt} found={data} onAdded={onAdded} />}
      <AskHost onAsk={setHost} />
    </div>
  );
}

function summary({ devices, networks }: DiscoverResult): string {
  const answered = devices.filter((device) => device.answered).length;
  if (answered > 0) return words.found(answered, networks.join(', '));
  return devices[0] ? words.silent(devices[0].host) : words.foundNone;
}

function Devices({ found, onAdded }: { found: DiscoverResult; onAdded: (camera: Camera) => void }) {
  const { devices, hints, truncated } = found;
  const [open, setOpen] = useState<FoundDevice | undefined>(devices.length === 1 ? devices[0] : undefined);
  return (
    <>
      {hints.length > 0 && (
        <ul className="list-disc space-y-1.5 rounded-md bg-sunken py-3 pr-3.5 pl-8 text-13 text-muted">
          {hints.map((hint) => (
            <li key={hint} className="text-pretty">
              {hint}
            </li>
          ))}
        </ul>
      )}
      {devices.length > 0 && (
        <ul className="divide-y divide-line overflow-hidden rounded-md border border-line">
          {devices.map((device) => (
            <li key={`${device.address} ${device.name}`}>
              <DeviceRow
                device={device}
                isOpen={open === device}
                onToggle={() => setOpen(open === device ? undefined : device)}
              />
              {open === device && <DeviceForm device={device} onAdded={onAdded} />}
            </li>
          ))}
        </ul>
      )}
      {truncated && <Warning>{words.truncated}</Warning>}
    </>
  );
}

interface DeviceRowProps {
  device: FoundDevice;
  isOpen: boolean;
  onToggle: () => void;
}

function DeviceRow({ device, isOpen, onToggle }: DeviceRowProps) {
  const { name, manufacturer, model, location, address, camera_ids } = device;
  const { host } = new URL(address);
  const facts = [host, manufacturer, model !== name && model, location].filter(Boolean);
  return (
    <button
      type="button"
      aria-expanded={isOpen}
      onClick={onToggle}
      className="flex min-h-14 w-full items-center gap-3 px-3.5 py-2.5 text-left transition-colors hover:bg-sunken"
    >
      <span className="min-w-0 grow">
        <span className="block truncate font-medium">{name ?? model ?? words.unnamed}</span>
        <span className="figures block truncate text-13 text-muted">{facts.join(' · ')}</span>
      </span>
      {camera_ids.length > 0 && <Badge tone="good" label={words.added} announce={false} />}
      <ChevronDown
        size={18}
        className={classes('shrink-0 text-muted transition-transform', isOpen && 'rotate-180')}
        aria-hidden="true"
      />
    </button>
  );
}

/** For cameras in other networks, and those that don't answer searches. */
function AskHost({ onAsk }: { onAsk: (host: string) => void }) {
  const [host, setHost] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (host.trim() !== '') onAsk(host.trim());
  };
  return (
    <form onSubmit={submit} className="flex items-start gap-2">
      <div className="min-w-0 grow">
        <TextField
          label={words.host}
          value={host}
          onChange={setHost}
          placeholder={words.hostPlaceholder}
          hint={words.hostHint}
          inputMode="url"
          literal
        />
      </div>
      {/* Beside the field, below its label. */}
      <Button type="submit" className="mt-[1.6875rem] h-11" disabled={host.trim() === ''}>
        {words.ask}
      </Button>
    </form>
  );
}
