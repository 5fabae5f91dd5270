import type { Camera } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { formValues, patchOf } from './camera-patch.js';

const camera: Camera = {
  id: 'yard',
  name: 'Yard',
  kind: 'pull',
  url: 'rtsp://admin:***@192.168.1.20/1',
  enabled: true,
  detect: {
    enabled: true,
    fps: 10,
    idle_fps: 5,
    classes: ['person', 'car'],
    inference_size: 'auto',
    cross_class_iou: 0.8,
    confidence: 0.4,
  },
  state: 'live',
  state_reason: '',
  state_since: 0,
  origin: 'api',
};

describe('patchOf', () => {
  const before = formValues(camera);

  it('sends nothing when nothing was changed, above all not the hidden password', () => {
    expect(patchOf(before, { ...before })).toBeUndefined();
    expect(patchOf(before, { ...before, name: 'Garden' })).toEqual({ name: 'Garden' });
  });

  it('puts a new user and password into the address, escaped', () => {
    expect(patchOf(before, { ...before, user: 'me', password: '50%@home' })).toEqual({
      url: 'rtsp://me:50%25%40home@192.168.1.20/1',
    });
  });

  it('sends each changed setting as the API wants it', () => {
    const after = {
      ...before,
      detect: false,
      fps: '5',
      idleFps: '0',
      classes: ' dog,  cat ,',
      inferenceSize: '416',
      confidence: 'auto',
    };
    expect(patchOf(before, after)).toEqual({
      detect: { enabled: false, fps: 5, idle_fps: 0, classes: ['dog', 'cat'], inference_size: 416, confidence: 'auto' },
    });
  });

  it('plays a recording once, and over and over again', () => {
    expect(before.loop).toBe(true);
    expect(patchOf(before, { ...before, loop: false })).toEqual({ loop: false });
    const once = formValues({ ...camera, loop: false });
    expect(patchOf(once, { ...once, loop: true })).toEqual({ loop: true });
  });

  it('accepts a certificate, and takes that back', () => {
    expect(patchOf(before, { ...before, tlsPin: ' sha256/x ' })).toEqual({ tls_pin: 'sha256/x' });
    const pinned = formValues({ ...camera, tls_pin: 'sha256/x' });
    expect(patchOf(pinned, { ...pinned, tlsPin: '' })).toEqual({ tls_pin: null });
  });

  it('takes an empty list of classes for all of them', () => {
    expect(patchOf(before, { ...before, classes: ' ' })).toEqual({ detect: { classes: null } });
  });
});
