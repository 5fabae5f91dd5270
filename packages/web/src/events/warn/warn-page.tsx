import { AppWindow, Bell, PanelTop, Volume2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useMay } from '../../api/queries.js';
import { useTitle } from '../../lib/hooks.js';
import { t } from '../../strings/index.js';
import { Button } from '../../ui/button.js';
import { Switch } from '../../ui/choice.js';
import { PageHead } from '../../ui/page-head.js';
import { useEvents } from '../queries.js';
import { chime } from './chime.js';
import { notificationPermission, useWarnSettings, type WarnSettings } from './settings.js';
import { Banner, notify } from './warnings.js';
import { WebhooksPanel } from './webhooks-panel.js';

const words = t.events.warn;

/** How this browser warns, and which other programs are told. Each way can be tried. */
export default function WarnPage() {
  useTitle(words.page);
  const [settings, change] = useWarnSettings();
  const may = useMay();
  const [isTried, setIsTried] = useState(false);
  const latest = useEvents({}).data?.pages[0]?.events[0];
  const toggle = (name: keyof WarnSettings, title: string) => (
    <Switch label={title} isLabelHidden checked={settings[name]} onCheckedChange={(on) => change({ [name]: on })} />
  );
  return (
    <>
      <PageHead title={words.page} note={words.note} />
      <ul className="max-w-218 divide-y divide-line rounded-lg border border-line bg-surface shadow-1">
        <Way icon={<PanelTop size={18} />} {...words.banner}>
          <Button disabled={!latest} onClick={() => setIsTried(true)}>
            {words.test}
          </Button>
          {toggle('banner', words.banner.title)}
        </Way>
        <Way icon={<Volume2 size={18} />} {...words.sound}>
          <Button onClick={() => chime('warning')}>{words.test}</Button>
          {toggle('sound', words.sound.title)}
        </Way>
        <Way icon={<AppWindow size={18} />} {...words.count}>
          {toggle('count', words.count.title)}
        </Way>
        <BrowserNotifications settings={settings} change={change} />
      </ul>
      {isTried && latest && (
        <div className="mt-4 max-w-218">
          <Banner
            event={latest}
            count={1}
            sinceMs={latest.frame_timestamp}
            camera={latest.camera}
            onClose={() => setIsTried(false)}
          />
        </div>
      )}
      {may.manage && <WebhooksPanel />}
    </>
  );
}

interface WayProps {
  icon: ReactNode;
  title: string;
  text: string;
  children: ReactNode;
}

function Way({ icon, title, text, children }: WayProps) {
  return (
    <li className="flex flex-wrap items-center gap-4 p-4">
      <span aria-hidden="true" className="grid size-10 shrink-0 place-items-center rounded-md bg-sunken">
        {icon}
      </span>
      <div className="min-w-40 flex-1">
        <p className="font-strong">{title}</p>
        <p className="text-13 text-pretty text-muted">{text}</p>
      </div>
      <div className="flex items-center gap-3">{children}</div>
    </li>
  );
}

function BrowserNotifications({
  settings,
  change,
}: {
  settings: WarnSettings;
  change: (part: Partial<WarnSettings>) => void;
}) {
  const [permission, setPermission] = useState(notificationPermission);
  const texts = words.notification;
  const text = { insecure: texts.insecure, denied: texts.refused, default: texts.text, granted: texts.text }[
    permission
  ];
  const ask = async () => {
    const answer = await Notification.requestPermission();
    setPermission(answer);
    if (answer === 'granted') change({ notification: true });
  };
  const test = () => notify({ id: 'test', reason: words.testReason, snapshot_url: null }, t.product, () => undefined);
  return (
    <Way icon={<Bell size={18} />} title={texts.title} text={`${text} ${texts.closed}`}>
      {permission === 'granted' && (
        <>
          <Button onClick={test}>{words.test}</Button>
          <Switch
            label={texts.title}
            isLabelHidden
            checked={settings.notification}
            onCheckedChange={(notification) => change({ notification })}
          />
        </>
      )}
      {permission === 'default' && (
        <Button variant="primary" onClick={() => void ask()}>
          {texts.turnOn}
        </Button>
      )}
    </Way>
  );
}
