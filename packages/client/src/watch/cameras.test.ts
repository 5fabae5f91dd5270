import { describe, expect, it } from 'vitest';
import { KnownCameras } from './cameras.js';

const told = (known: KnownCameras, event: string, data: unknown) =>
  known.take({ event, data: JSON.stringify(data) })?.map(({ id, name }) => `${id} ${name}`);
const camera = (id: string, name = 'x') => ({ id, name });

describe('KnownCameras', () => {
  it('tells nothing until all cameras are known, then each change', () => {
    const known = new KnownCameras();
    expect(told(known, 'state', camera('yard'))).toBeUndefined();
    expect(told(known, 'state', camera('gate'))).toBeUndefined();
    expect(told(known, 'list', ['yard', 'gate'])).toEqual(['yard x', 'gate x']);
    expect(told(known, 'state', camera('yard', 'y'))).toEqual(['yard y', 'gate x']);
    expect(told(known, 'state', camera('hall'))).toEqual(['yard y', 'gate x', 'hall x']);
    expect(told(known, 'removed', { id: 'gate' })).toEqual(['yard y', 'hall x']);
  });

  it('forgets what was removed while there was no connection', () => {
    const known = new KnownCameras();
    for (const id of ['yard', 'gate']) told(known, 'state', camera(id));
    told(known, 'list', ['yard', 'gate']);
    // Until the list, what was known stays.
    expect(told(known, 'state', camera('gate', 'y'))).toEqual(['yard x', 'gate y']);
    expect(told(known, 'list', ['gate'])).toEqual(['gate y']);
  });

  it('can say that there are none', () => {
    expect(told(new KnownCameras(), 'list', [])).toEqual([]);
  });

  it('passes over what it does not know', () => {
    const known = new KnownCameras();
    told(known, 'list', []);
    expect(told(known, 'mode', { id: 'yard' })).toBeUndefined();
    expect(known.take({ event: 'state', data: 'no JSON' })).toBeUndefined();
    for (const data of [null, 'yard', { name: 'x' }, { id: 7 }]) expect(told(known, 'state', data)).toBeUndefined();
  });
});
