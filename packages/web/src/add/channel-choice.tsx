import type { DeviceChannel, DeviceStream } from '@lookout/protocol';
import { Cctv, ChevronRight } from 'lucide-react';
import { formatFps, formatSize } from '../lib/format.js';
import { t } from '../strings/index.js';

const words = t.add.device;

export interface NamedChannel {
  channel: DeviceChannel;
  /** A name to suggest for the camera. */
  name: string;
}

export interface ChannelChoiceProps {
  channels: readonly NamedChannel[];
  onChoose: (chosen: NamedChannel) => void;
}

/** The pictures of a device; a recorder has several. */
export function ChannelChoice({ channels, onChoose }: ChannelChoiceProps) {
  return (
    <>
      {channels.length > 1 && <p className="text-muted">{words.several(channels.length)}</p>}
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,18rem),1fr))] gap-3.5">
        {channels.map((each) => (
          <li key={each.channel.main.url} className="grid">
            <ChannelCard {...each} onPress={() => onChoose(each)} />
          </li>
        ))}
      </ul>
    </>
  );
}

function ChannelCard({ channel: { main, picture }, name, onPress }: NamedChannel & { onPress: () => void }) {
  return (
    <button
      type="button"
      onClick={onPress}
      className="overflow-hidden rounded-lg border border-line bg-surface text-left shadow-1 transition-colors hover:border-line-strong"
    >
      {picture ? (
        <img src={picture} alt={words.picture(name)} className="aspect-video w-full bg-picture object-contain" />
      ) : (
        <span className="grid aspect-video place-items-center bg-sunken text-muted">
          <Cctv size={24} aria-hidden="true" />
        </span>
      )}
      <span className="flex items-center gap-3 px-3.5 py-3">
        <span className="min-w-0 grow">
          <span className="block font-semibold break-words">{words.channel(name)}</span>
          <span className="figures block text-13 text-muted">{streamInWords(main)}</span>
        </span>
        <ChevronRight size={18} className="shrink-0 text-muted" aria-hidden="true" />
      </span>
    </button>
  );
}

/** `640 × 480 · H264 · 25 fps`, as far as the device says it. */
export function streamInWords({ codec, width, height, fps }: DeviceStream): string {
  const size = width !== null && height !== null && formatSize(width, height);
  return [size, codec.toUpperCase(), fps !== null && t.units.fps(formatFps(fps))].filter(Boolean).join(' · ');
}
