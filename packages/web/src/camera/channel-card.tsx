import { type Camera, type DeviceChannel, type DeviceStream, NewCamera, takesTlsPin } from '@lookout/protocol';
import { useQuery } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { lookout } from '../api/client.js';
import { useCreateCamera } from '../api/queries.js';
import { useForm } from '../lib/form.js';
import { formatFps, formatSize } from '../lib/format.js';
import { t } from '../strings/index.js';
import { Button } from '../ui/button.js';
import { TextField } from '../ui/field.js';
import { ErrorMessage } from '../ui/message.js';
import { Facts } from '../ui/panel.js';
import { withCredentials } from './address.js';
import { ProbeProgress, ProbeReport } from './probe-report.js';

const words = t.find;

export interface ChannelCardProps {
  channel: DeviceChannel;
  /** A name to suggest. */
  name: string;
  credentials: { user: string; password: string };
  /** The accepted certificate of the device, if it has one of its own. */
  tlsPin: string | undefined;
  onAdded: (camera: Camera) => void;
}

/** One picture of a device, with its two streams, to be added as a camera. */
export function ChannelCard({ channel, name, credentials, tlsPin, onAdded }: ChannelCardProps) {
  const { main, sub, picture } = channel;
  const { values, form, text, check, refuse } = useForm({ name });
  const create = useCreateCamera();
  const url = withCredentials(main.url, credentials);
  const add = () => {
    const subUrl = sub && withCredentials(sub.url, credentials);
    const camera = {
      url,
      ...(subUrl && { sub_url: subUrl }),
      ...(tlsPin && [url, subUrl ?? ''].some(takesTlsPin) && { tls_pin: tlsPin }),
      name: values.name.trim() || undefined,
    };
    if (check(NewCamera, camera)) create.mutate(camera, { onSuccess: onAdded, onError: refuse });
  };
  return (
    <form {...form(add)}>
      {picture ? (
        <img src={picture} alt={words.picture(name)} className="max-h-64 w-full rounded-md bg-picture object-contain" />
      ) : (
        <PictureByStream url={url} />
      )}
      <Facts
        items={[
          { name: words.main, value: streamInWords(main), title: words.mainUse },
          { name: words.sub, value: sub ? streamInWords(sub) : words.noSub, title: words.subUse },
        ]}
      />
      <TextField label={t.form.name} autoComplete="off" {...text('name')} />
      <ErrorMessage error={create.error} />
      <div className="flex justify-end">
        {create.data ? (
          <p role="status" className="flex min-h-target items-center gap-2 text-good">
            <Check size={16} aria-hidden="true" />
            {words.channelAdded}
          </p>
        ) : (
          <Button type="submit" variant="primary" disabled={create.isPending}>
            {create.isPending ? t.actions.saving : words.add}
          </Button>
        )}
      </div>
    </form>
  );
}

/** Tries the stream itself where the device gives no picture. */
function PictureByStream({ url }: { url: string }) {
  const probe = useQuery({
    queryKey: ['probe', url],
    queryFn: ({ signal }) => lookout.cameras.probe(url, { signal }),
    // It holds a password: nothing of it is kept.
    ...{ staleTime: Number.POSITIVE_INFINITY, gcTime: 0, retry: false, refetchOnWindowFocus: false },
  });
  if (probe.isPending) return <ProbeProgress />;
  if (probe.data) return <ProbeReport result={probe.data} />;
  return <ErrorMessage error={probe.error} />;
}

function streamInWords({ codec, width, height, fps }: DeviceStream): string {
  const size = width !== null && height !== null && formatSize(width, height);
  return [size, codec.toUpperCase(), fps !== null && t.units.fps(formatFps(fps))].filter(Boolean).join(' · ');
}
