import type { Severity } from '@lookout/protocol';

/** Two soft tones, falling. Hz and s. */
const TONES = [880, 660];
const TONE_S = 0.22;
const REPEAT_S = 0.7;
const VOLUME = 0.12;

let context: AudioContext | undefined;

/** One soft chime for a warning, three for a critical one, none for notes. Browsers allow no sound before the first click on a page. */
export function chime(severity: Severity): void {
  if (severity === 'info' || !navigator.userActivation.hasBeenActive) return;
  context ??= new AudioContext();
  void context.resume();
  const times = severity === 'critical' ? 3 : 1;
  for (let i = 0; i < times; i++) playOnce(context, context.currentTime + i * REPEAT_S);
}

function playOnce(audio: AudioContext, atS: number): void {
  for (const [i, frequency] of TONES.entries()) {
    const start = atS + i * TONE_S * 0.7;
    const tone = new OscillatorNode(audio, { frequency, type: 'sine' });
    const gain = new GainNode(audio, { gain: 0 });
    gain.gain.linearRampToValueAtTime(VOLUME, start + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.001, start + TONE_S);
    tone.connect(gain).connect(audio.destination);
    tone.start(start);
    tone.stop(start + TONE_S);
  }
}
