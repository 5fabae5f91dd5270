import { type Camera, CameraPatch } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { issueInWords } from '../lib/form.js';
import { formValues, patchOf } from './camera-form.js';

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
  zones: [],
  lines: [],
  masks: [],
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

  it('adds, keeps and removes a sub stream', () => {
    const sub_url = 'rtsp://192.168.1.20/2';
    expect(patchOf(before, { ...before, sub_url })).toEqual({ sub_url });
    const both = formValues({ ...camera, sub_url: 'rtsp://***@192.168.1.20/2' });
    expect(patchOf(both, { ...both })).toBeUndefined();
    expect(patchOf(both, { ...both, sub_url: ' ' })).toEqual({ sub_url: null });
    expect(patchOf(both, { ...both, user: 'me', password: 'new' })).toEqual({
      url: 'rtsp://me:new@192.168.1.20/1',
      sub_url: 'rtsp://me:new@192.168.1.20/2',
    });
  });

  it('sends each changed setting as the API wants it', () => {
    const after = {
      ...before,
      'detect.enabled': false,
      'detect.fps': '5',
      'detect.idle_fps': '0',
      'detect.classes': ' dog,  cat ,',
      'detect.inference_size': '416',
      'detect.confidence': 'auto',
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
    expect(patchOf(before, { ...before, tls_pin: ' sha256/x ' })).toEqual({ tls_pin: 'sha256/x' });
    const pinned = formValues({ ...camera, tls_pin: 'sha256/x' });
    expect(patchOf(pinned, { ...pinned, tls_pin: '' })).toEqual({ tls_pin: null });
  });

  it('takes an empty list of classes for all of them', () => {
    expect(patchOf(before, { ...before, 'detect.classes': ' ' })).toEqual({ detect: { classes: null } });
  });

  it('is refused by the contract where a number is missing or out of range', () => {
    const issues = (values: object) => {
      const patch = patchOf(before, { ...before, ...values });
      return CameraPatch.safeParse(patch).error?.issues.map((issue) => [issue.path.join('.'), issueInWords(issue)]);
    };
    expect(issues({ 'detect.fps': '0' })).toEqual([['detect.fps', 'At least 0.1.']]);
    expect(issues({ 'detect.fps': '61' })).toEqual([['detect.fps', 'At most 60.']]);
    expect(issues({ 'detect.idle_fps': ' ' })).toEqual([['detect.idle_fps', 'Enter a number.']]);
    expect(issues({ name: ' ' })).toEqual([['name', 'Fill this in.']]);
    expect(issues({ name: 'x'.repeat(101) })).toEqual([['name', 'At most 100 characters.']]);
    expect(issues({ tls_pin: 'sha1/x' })).toEqual([
      ['tls_pin', 'sha256/ and the SHA-256 of a certificate (DER) in Base64'],
    ]);
  });
});
