import { ClipboardCopy, Download, Share2 } from 'lucide-react';
import { useState } from 'react';
import { serverUrl } from '../api/client.js';
import { download, fileName } from '../lib/download.js';
import { tryWords } from '../strings/try.js';
import { Button, CopyButton } from '../ui/button.js';
import { Panel } from '../ui/panel.js';
import { drawResults, type SharedResult, toFile } from './share-picture.js';
import { linkQuery, type TryLink } from './try-link.js';

const words = tryWords.share;

/** Gives away what was found, as a picture, and the settings, as a link. @param results side by side; none: there is no picture yet */
export function SharePanel({ results, link }: { results: readonly SharedResult[]; link: TryLink }) {
  const [told, setTold] = useState('');
  const name = results[0]?.name ?? '';
  const attempt = async (share: () => Promise<string>) => setTold(await share().catch(reasonOf));
  const address = `${serverUrl}/try?${linkQuery(link)}`;
  return (
    <Panel title={words.title}>
      {results.length > 0 && (
        <div className="mb-4">
          <div className="flex flex-wrap gap-2">
            <Button onClick={() => void attempt(() => save(results, name))}>
              <Download size={16} aria-hidden="true" />
              {words.save}
            </Button>
            {canCopy() && (
              <Button onClick={() => void attempt(() => copy(results))}>
                <ClipboardCopy size={16} aria-hidden="true" />
                {words.copyPicture}
              </Button>
            )}
            {canSend() && (
              <Button onClick={() => void attempt(() => send(results, name))}>
                <Share2 size={16} aria-hidden="true" />
                {words.send}
              </Button>
            )}
          </div>
          <p role="status" className="mt-2 text-13 text-muted empty:hidden">
            {told}
          </p>
        </div>
      )}
      <div className="flex items-center justify-between gap-2">
        <p className="font-medium">{words.link}</p>
        <CopyButton label={words.link} text={address} />
      </div>
      <p className="mb-2 text-13 text-muted">{words.linkHint}</p>
      <a
        href={address}
        className="block py-1 pointer-coarse:py-3 font-mono text-12 break-all text-accent-text hover:underline"
      >
        {address}
      </a>
    </Panel>
  );
}

async function save(results: readonly SharedResult[], name: string): Promise<string> {
  download(await toFile(drawResults(results), 'image/jpeg'), name, 'jpg');
  return '';
}

/** Pages from plain HTTP have no clipboard. */
const canCopy = () => typeof ClipboardItem !== 'undefined' && navigator.clipboard?.write !== undefined;

async function copy(results: readonly SharedResult[]): Promise<string> {
  const picture = toFile(drawResults(results), 'image/png');
  // The clipboard waits for the picture itself: asked for later, Safari refuses.
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })]);
  return words.copied;
}

const canSend = () => navigator.canShare?.({ files: [new File([], 'a.jpg', { type: 'image/jpeg' })] }) === true;

async function send(results: readonly SharedResult[], name: string): Promise<string> {
  const picture = await toFile(drawResults(results), 'image/jpeg');
  await navigator.share({ files: [new File([picture], fileName(name, 'jpg'), { type: picture.type })] });
  return '';
}

/** Whoever closes the list of targets knows that nothing was shared. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return words.failed(String(error));
  return error.name === 'AbortError' ? '' : words.failed(error.message);
}
