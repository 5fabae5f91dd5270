import type { Page } from 'playwright-core';

/** Leaves a page only those of the server's candidates that contain this text, as where a network lets nothing else through. */
export async function allowCandidates(page: Page, text: string): Promise<void> {
  await page.evaluate((allowed) => {
    const { prototype } = RTCPeerConnection;
    const { setRemoteDescription } = prototype;
    prototype.setRemoteDescription = function ({ type, sdp = '' }: RTCSessionDescriptionInit) {
      const left = sdp.replace(/^a=candidate:.*\r\n/gm, (line) => (line.includes(allowed) ? line : ''));
      return Reflect.apply(setRemoteDescription, this, [{ type, sdp: left }]);
    };
  }, text);
}

/** The server's candidate to which the page is connected, as `udp host`. */
export function candidateOf(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const { peer } = window as unknown as { peer: RTCPeerConnection };
    const stats = [...(await peer.getStats()).values()];
    const pair = stats.find((each) => each.type === 'candidate-pair' && each.state === 'succeeded' && each.nominated);
    const { protocol, candidateType } = stats.find(({ id }) => id === pair?.remoteCandidateId) ?? {};
    return `${protocol} ${candidateType}`;
  });
}

/** Publishes a moving canvas by WHIP, with sound, from a page. @returns the address of the session */
export function publishByWhip(page: Page, url: string, codec: 'VP8' | 'H264'): Promise<string> {
  return page.evaluate(
    async ([address, name]) => {
      const canvas = document.createElement('canvas');
      canvas.width = 320;
      canvas.height = 240;
      const context = canvas.getContext('2d');
      let step = 0;
      setInterval(() => {
        if (!context) return;
        context.fillStyle = step % 2 ? 'red' : 'blue';
        context.fillRect(0, 0, 320, 240);
        context.fillStyle = 'white';
        context.fillRect((step * 4) % 320, 100, 40, 40);
        step += 1;
      }, 50);
      const peer = new RTCPeerConnection();
      Object.assign(window, { peer });
      const [track] = canvas.captureStream(20).getVideoTracks();
      const sound = new AudioContext().createMediaStreamDestination().stream.getAudioTracks()[0];
      if (!track || !sound) throw new Error('no tracks');
      peer.addTransceiver(sound, { direction: 'sendonly' });
      const transceiver = peer.addTransceiver(track, { direction: 'sendonly' });
      const codecs = RTCRtpSender.getCapabilities('video')?.codecs ?? [];
      transceiver.setCodecPreferences(codecs.filter(({ mimeType }) => mimeType === `video/${name}`));
      await peer.setLocalDescription();
      const response = await fetch(address, {
        method: 'POST',
        headers: { 'Content-Type': 'application/sdp' },
        body: peer.localDescription?.sdp ?? '',
      });
      const answer = await response.text();
      if (response.status !== 201) throw new Error(`${response.status} ${answer}`);
      await peer.setRemoteDescription({ type: 'answer', sdp: answer });
      return response.headers.get('location') ?? '';
    },
    [url, codec] as const,
  );
}

export interface WatchedVideo {
  status: number;
  /** Address of the session. */
  location: string | null;
  /** From the request to the connection and to the first picture shown, ms. */
  connectedMs: number;
  firstPictureMs: number;
  width: number;
  height: number;
}

/** Watches by WHEP in a page of any site until twelve pictures were shown. @throws Error when one takes 10 s */
export function watchByWhep(page: Page, url: string, options: { audio?: boolean } = {}): Promise<WatchedVideo> {
  return page.evaluate(
    async ([address, withAudio]) => {
      const peer = new RTCPeerConnection();
      Object.assign(window, { peer });
      if (withAudio) peer.addTransceiver('audio', { direction: 'recvonly' });
      const { receiver } = peer.addTransceiver('video', { direction: 'recvonly' });
      const video = document.createElement('video');
      video.muted = true;
      video.srcObject = new MediaStream([receiver.track]);
      document.documentElement.append(video);
      await peer.setLocalDescription();
      const startMs = performance.now();
      const response = await fetch(address, {
        method: 'POST',
        headers: { 'Content-Type': 'application/sdp' },
        body: peer.localDescription?.sdp ?? '',
      });
      const answer = await response.text();
      if (response.status !== 201) throw new Error(`${response.status} ${answer}`);
      const connected = new Promise<number>((resolve) => {
        peer.onconnectionstatechange = () => {
          if (peer.connectionState === 'connected') resolve(performance.now() - startMs);
        };
      });
      await peer.setRemoteDescription({ type: 'answer', sdp: answer });
      void video.play();
      const shownOnce = () =>
        new Promise<void>((resolve, reject) => {
          const timer = setTimeout(() => reject(new Error(`no picture: ${peer.connectionState}`)), 10_000);
          video.requestVideoFrameCallback(() => {
            clearTimeout(timer);
            resolve();
          });
        });
      await shownOnce();
      const firstPictureMs = performance.now() - startMs;
      for (let shown = 1; shown < 12; shown += 1) await shownOnce();
      return {
        status: response.status,
        location: response.headers.get('location'),
        connectedMs: await connected,
        firstPictureMs,
        width: video.videoWidth,
        height: video.videoHeight,
      };
    },
    [url, options.audio ?? false] as const,
  );
}
