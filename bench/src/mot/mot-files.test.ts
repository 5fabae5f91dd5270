import { describe, expect, it } from 'vitest';
import { parseDetections, parseSequenceInfo, parseTruth } from './mot-files.js';

describe('MOTChallenge files', () => {
  it('reads the sequence’s facts', () => {
    const text =
      '[Sequence]\r\nname=Yard\r\nimDir=img1\r\nframeRate=7\r\nseqLength=795\r\nimWidth=768\r\nimHeight=576\r\n';
    expect(parseSequenceInfo(text)).toEqual({ name: 'Yard', frameRate: 7, length: 795, width: 768, height: 576 });
  });

  it('names the fact that is missing', () => {
    expect(() => parseSequenceInfo('[Sequence]\nseqLength=5\n')).toThrow(/`frameRate`/);
  });

  it('turns corner and size into corners and leaves rows of confidence 0 out', () => {
    const truth = parseTruth('1,9,499,158,31,75,1,-1,-1,-1\n1,4,10,20,5,5,0,-1,-1,-1\n3,9,500,160,31,75,1,0,0,0\n');
    expect([...truth]).toEqual([
      [1, [{ id: 9, bbox: [499, 158, 530, 233] }]],
      [3, [{ id: 9, bbox: [500, 160, 531, 235] }]],
    ]);
  });

  it('keeps all detections and clips their scores', () => {
    const found = parseDetections('2,-1,0,0,10,20,0.75,-1,-1,-1\n2,-1,5,5,10,20,1.5,-1,-1,-1\n');
    expect(found.get(2)).toEqual([
      { bbox: [0, 0, 10, 20], score: 0.75 },
      { bbox: [5, 5, 15, 25], score: 1 },
    ]);
  });

  it('names the line that is not one', () => {
    expect(() => parseTruth('1,9,499,158,31,75,1\n1,9,abc,158,31,75,1\n')).toThrow(/gt\.txt line 2/);
    expect(() => parseDetections('0,-1,1,1,1,1,1\n')).toThrow(/det\.txt line 1/);
    expect(() => parseDetections('1,-1,1,1\n')).toThrow(/det\.txt line 1/);
  });
});
