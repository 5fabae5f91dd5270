/** Tests of stored phrases, for every implementation. */
import { describe, expect, it } from 'vitest';
import type { KeptCalibration, KeptExample, Repositories } from '../platform/storage/index.js';

const NOW_MS = 1_700_000_000_000;

const calibration = (camera: string, phrase = 'p1', data = '{"n":1}'): KeptCalibration => ({
  camera,
  phrase,
  model: 'abc',
  data,
  saved_at: NOW_MS,
});

const example = (id: string, more: Partial<KeptExample> = {}): KeptExample => ({
  id,
  phrase: 'p1',
  is_positive: true,
  camera: 'yard',
  event_id: null,
  picture: new Uint8Array([0xff, 0xd8, 1]),
  created_at: NOW_MS,
  ...more,
});

export function describePhrases(now: () => Repositories, reopen: () => Promise<void>): void {
  describe('phrases', () => {
    it('have a calibration on each camera, which a later one replaces', async () => {
      const { phrases } = now();
      for (const each of [calibration('yard'), calibration('gate'), calibration('yard', 'p2')]) {
        await phrases.saveCalibration(each);
      }
      await phrases.saveCalibration({ ...calibration('yard'), model: 'def', data: '{}', saved_at: NOW_MS + 1 });
      await reopen();
      const changed = { ...calibration('yard'), model: 'def', data: '{}', saved_at: NOW_MS + 1 };
      expect(await now().phrases.calibrationsOf('p1')).toEqual([calibration('gate'), changed]);
      expect(await now().phrases.calibration('yard', 'p1')).toEqual(changed);
      expect(await now().phrases.calibration('hall', 'p1')).toBeUndefined();
    });

    it('have examples, oldest first, until they are removed', async () => {
      const all = [example('b'), example('a', { is_positive: false, camera: null, event_id: 'e1' })];
      for (const each of all) await now().phrases.insertExample(each);
      await now().phrases.insertExample(example('c', { phrase: 'p2' }));
      await reopen();
      expect(await now().phrases.examples('p1')).toEqual(all);
      expect(await now().phrases.removeExample('b')).toBe(true);
      expect(await now().phrases.removeExample('b')).toBe(false);
      expect(await now().phrases.examples('p1')).toEqual([all[1]]);
    });

    it('are removed with their calibrations and examples', async () => {
      await now().phrases.saveCalibration(calibration('yard'));
      await now().phrases.insertExample(example('a', { phrase: 'p2' }));
      expect((await now().phrases.phrases()).sort()).toEqual(['p1', 'p2']);
      await now().phrases.removePhrase('p1');
      await now().phrases.removePhrase('p2');
      expect(await now().phrases.phrases()).toEqual([]);
    });

    it('lose the calibrations of a removed camera', async () => {
      await now().phrases.saveCalibration(calibration('yard'));
      await now().phrases.saveCalibration(calibration('gate'));
      await now().cameras.remove('yard');
      expect(await now().phrases.calibrationsOf('p1')).toEqual([calibration('gate')]);
    });

    it('have caption vectors, by model and version of the templates', async () => {
      const { phrases } = now();
      const vector = new Uint8Array([1, 2, 3, 255]);
      await phrases.saveCaptions('abc', 1, new Map([['smoke', vector]]));
      await phrases.saveCaptions(
        'abc',
        1,
        new Map([
          ['smoke', vector.toReversed()],
          ['дым', vector],
        ]),
      );
      await reopen();
      const found = await now().phrases.captions('abc', 1, ['smoke', 'fog', 'дым']);
      expect([...found].sort()).toEqual([
        ['smoke', vector.toReversed()],
        ['дым', vector],
      ]);
      expect((await now().phrases.captions('abc', 2, ['smoke'])).size).toBe(0);
      expect((await now().phrases.captions('def', 1, ['smoke'])).size).toBe(0);
    });
  });
}
