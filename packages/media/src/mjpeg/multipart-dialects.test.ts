import { describe, expect, it } from 'vitest';
import { digest, join, mixed, PICTURES, parse } from '../testing/parse-multipart.js';
import { seededRandom } from '../testing/synthetic-jpeg.js';

const ESP = '123456789000000000000987654321';

type Part = (jpeg: Uint8Array, index: number) => (string | Uint8Array)[];

function body(part: Part, before = '', after = ''): Buffer {
  return join(before, ...PICTURES.flatMap(part), after);
}

interface Dialect {
  name: string;
  contentType: string;
  body: Buffer;
  foreign?: string[];
}

/** Header order, case, blanks and line ends as each source writes them (the body behind HTTP's own chunks). */
const DIALECTS: Dialect[] = [
  {
    name: 'ESP32 CameraWebServer: an empty line before the first delimiter',
    contentType: mixed(`;boundary=${ESP}`),
    body: body((j) => [
      `\r\n--${ESP}\r\nContent-Type: image/jpeg\r\nContent-Length: ${j.length}\r\nX-Timestamp: 12.000345\r\n\r\n`,
      j,
    ]),
  },
  {
    name: 'ESP32 before 2020: no delimiter before the first part',
    contentType: mixed(`;boundary=${ESP}`),
    body: body((j) => [`Content-Type: image/jpeg\r\nContent-Length: ${j.length}\r\n\r\n`, j, `\r\n--${ESP}\r\n`]),
  },
  {
    name: 'easytarget esp32-cam-webserver: delimiter behind each picture',
    contentType: mixed(`;boundary=${ESP}`),
    body: body(
      (j) => [`Content-Type: image/jpeg\r\nContent-Length: ${j.length}\r\n\r\n`, j, `\r\n--${ESP}\r\n`],
      `\r\n--${ESP}\r\n`,
    ),
  },
  {
    name: 'ESPHome: no empty line at the start, a text part when no frame came',
    contentType: mixed(`;boundary=${ESP}`),
    body: body(
      (j) => [`--${ESP}\r\nContent-Type: image/jpeg\r\nContent-Length: ${j.length}\r\n\r\n`, j, '\r\n'],
      '',
      `--${ESP}\r\nContent-Type: text/plain\r\nContent-Length: 15\r\n\r\nNo frames send.\r\n--${ESP}--\r\n`,
    ),
    foreign: ['text/plain'],
  },
  {
    name: 'text parts between pictures, without a length',
    contentType: mixed(`;boundary=${ESP}`),
    body: body((j) => [
      `--${ESP}\r\nContent-Type: text/plain\r\n\r\nNo frames send.\r\n--${ESP}\r\nContent-Type: image/jpeg\r\n\r\n`,
      j,
      '\r\n',
    ]),
    foreign: ['text/plain', 'text/plain', 'text/plain', 'text/plain'],
  },
  {
    name: 'arkhipenko esp32-cam-mjpeg: a part whose headers end with one line end before the picture',
    contentType: mixed(`; boundary=${ESP}`),
    body: body((j) => [`\r\n--${ESP}\r\nContent-Type: image/jpeg\r\nContent-Length: ${j.length}\r\n`, j]),
  },
  {
    name: 'Micro-RTSP: no length',
    contentType: mixed('; boundary=frame'),
    body: body((j) => ['--frame\r\nContent-Type: image/jpeg\r\n\r\n', j, '\r\n']),
  },
  {
    name: 'mjpg-streamer',
    contentType: mixed(';boundary=boundarydonotcross'),
    body: body(
      (j) => [
        `Content-Type: image/jpeg\r\nContent-Length: ${j.length}\r\nX-Timestamp: 1700000000.123456\r\n\r\n`,
        j,
        '\r\n--boundarydonotcross\r\n',
      ],
      '--boundarydonotcross\r\n',
    ),
  },
  {
    name: 'mjpg-streamer, WXP_COMPAT: no multipart at all, 50 bytes of padding before each picture',
    contentType: mixed(';boundary=--myboundary'),
    body: body((j, i) => [`mjpeg ${String(i).padStart(7, '0')}12345`.padEnd(50, '\0'), j]),
  },
  {
    name: 'uStreamer',
    contentType: mixed(';boundary=boundarydonotcross'),
    body: body((j) => [
      `--boundarydonotcross\r\nContent-Type: image/jpeg\r\nContent-Length: ${j.length}\r\nX-Timestamp: 1.1\r\n`,
      'X-UStreamer-Online: true\r\nX-UStreamer-Width: 640\r\nX-UStreamer-Latency: 0.031\r\n\r\n',
      j,
      '\r\n',
    ]),
  },
  {
    name: "uStreamer, advance_headers: the next part's headers at once, no length",
    contentType: mixed(';boundary=boundarydonotcross'),
    body: body(
      (j) => [j, '\r\n--boundarydonotcross\r\nContent-Type: image/jpeg\r\nX-Timestamp: 1700000000.1\r\n\r\n'],
      '--boundarydonotcross\r\nContent-Type: image/jpeg\r\nX-Timestamp: 1700000000.1\r\n\r\n',
    ),
  },
  {
    name: 'uStreamer, zero_data: parts of length 0 between pictures',
    contentType: mixed(';boundary=boundarydonotcross'),
    body: body((j) => [
      '--boundarydonotcross\r\nContent-Type: image/jpeg\r\nContent-Length: 0\r\nX-Timestamp: 1.1\r\n\r\n\r\n',
      `--boundarydonotcross\r\nContent-Type: image/jpeg\r\nContent-Length: ${j.length}\r\n\r\n`,
      j,
      '\r\n',
    ]),
  },
  {
    name: 'Motion: names in lower case, length padded with blanks',
    contentType: mixed('; boundary=BoundaryString'),
    body: body((j) => [
      `--BoundaryString\r\nContent-type: image/jpeg\r\nContent-Length: ${String(j.length).padStart(9)}\r\n\r\n`,
      j,
      '\r\n',
    ]),
  },
  {
    name: 'Axis VAPIX: boundary without dashes in the header, no length',
    contentType: mixed(';boundary=myboundary'),
    body: body((j) => ['--myboundary\r\nContent-Type: image/jpeg\r\nContent-Auth: 1f\r\n\r\n', j, '\r\n']),
  },
  {
    name: 'Sony: the dashes are in the announced boundary',
    contentType: mixed('; boundary=--myboundary'),
    body: body((j) => [`--myboundary\r\nContent-Type: image/jpeg\r\nContent-Length: ${j.length}\r\n\r\n`, j, '\r\n']),
  },
  {
    name: 'the dashes are in the announced boundary, and two more in the delimiter',
    contentType: mixed('; boundary=--myboundary'),
    body: body((j) => [`----myboundary\r\nContent-Type: image/jpeg\r\nContent-Length: ${j.length}\r\n\r\n`, j, '\r\n']),
  },
  {
    name: 'Panasonic: length before type, names in lower case',
    contentType: 'multipart/x-mixed-replace; boundary=--myboundary',
    body: body((j) => [`--myboundary\r\nContent-length: ${j.length}\r\nContent-type: image/jpeg\r\n\r\n`, j, '\r\n']),
  },
  {
    name: 'Foscam: the delimiter twice, no blank behind colons',
    contentType: mixed(';boundary=ThisString'),
    body: body((j) => [
      `--ThisString\r\n--ThisString\r\nContent-type:image/jpeg\r\nContent-Length:${j.length}\r\n\r\n`,
      j,
      '\r\n',
    ]),
  },
  {
    name: 'a boundary that ends in dashes',
    contentType: mixed(';boundary=data-boundary--'),
    body: body((j) => [
      `--data-boundary--\r\nContent-Type: image/jpeg\r\nContent-Length: ${j.length}\r\n\r\n`,
      j,
      '\r\n',
    ]),
  },
  {
    name: 'D-Link: headers of its own, lengths too long',
    contentType: mixed(';boundary=video boundary--'),
    body: body((j) => [
      `--video boundary--\r\nContent-length: ${j.length + 500}\r\nX-Status: 0\r\nX-Tags: \r\nX-Flags: 0\r\nContent-type: image/jpeg\r\n\r\n`,
      j,
      '\r\n',
    ]),
  },
  {
    name: 'lengths too short',
    contentType: mixed(';boundary=b'),
    body: body((j) => [`--b\r\nContent-Type: image/jpeg\r\nContent-Length: ${j.length - 37}\r\n\r\n`, j, '\r\n']),
  },
  {
    name: 'lengths that are no numbers',
    contentType: mixed(';boundary=b'),
    body: body((j) => ['--b\r\nContent-Type: image/jpeg\r\nContent-Length: many\r\n\r\n', j, '\r\n']),
  },
  {
    name: 'lengths of 0 with a picture behind',
    contentType: mixed(';boundary=b'),
    body: body((j) => ['--b\r\nContent-Type: image/jpeg\r\nContent-Length: 0\r\n\r\n', j, '\r\n']),
  },
  {
    name: 'IP Webcam',
    contentType: mixed(';boundary=Ba4oTvQMY8ew04N8dcnM'),
    body: body((j) => [
      `\r\n--Ba4oTvQMY8ew04N8dcnM\r\nContent-Type: image/jpeg\r\nContent-Length: ${j.length}\r\n\r\n`,
      j,
    ]),
  },
  {
    name: 'FFmpeg: names in lower case',
    contentType: mixed(';boundary=ffmpeg'),
    body: body((j) => [`--ffmpeg\r\nContent-type: image/jpeg\r\nContent-length: ${j.length}\r\n\r\n`, j, '\r\n']),
  },
  {
    name: 'FFmpeg -listen: no boundary announced',
    contentType: '',
    body: body((j) => [`--ffmpeg\r\nContent-type: image/jpeg\r\nContent-length: ${j.length}\r\n\r\n`, j, '\r\n']),
  },
  {
    name: 'another boundary than announced',
    contentType: mixed(';boundary=announced'),
    body: body((j) => [`--written\r\nContent-Type: image/jpeg\r\nContent-Length: ${j.length}\r\n\r\n`, j, '\r\n']),
  },
  {
    name: 'a quoted boundary with blanks around it, and a parameter behind',
    contentType: 'Multipart/X-Mixed-Replace ; Boundary = "--a b" ; charset=x',
    body: body((j) => [`--a b\r\nContent-Type: image/jpeg\r\nContent-Length: ${j.length}\r\n\r\n`, j, '\r\n']),
  },
  {
    name: 'lines that end with LF only',
    contentType: mixed(';boundary=b'),
    body: body((j) => [`--b\nContent-Type: image/jpeg\nContent-Length: ${j.length}\n\n`, j, '\n']),
  },
  {
    name: 'parts without any header',
    contentType: mixed(';boundary=b'),
    body: body((j) => ['--b\r\n\r\n', j, '\r\n']),
  },
  {
    name: 'no line end before the delimiter',
    contentType: mixed(';boundary=b'),
    body: body((j) => [`--b\r\nContent-Type: image/jpeg\r\nContent-Length: ${j.length}\r\n\r\n`, j]),
  },
  {
    name: 'NULs behind each picture, counted in its length',
    contentType: mixed(';boundary=b'),
    body: body((j) => [
      `--b\r\nContent-Type: image/jpeg\r\nContent-Length: ${j.length + 64}\r\n\r\n`,
      j,
      '\0'.repeat(64),
      '\r\n',
    ]),
  },
  {
    name: 'an empty line too many before the picture',
    contentType: mixed(';boundary=b'),
    body: body((j) => [`--b\r\nContent-Type: image/jpeg\r\nContent-Length: ${j.length}\r\n\r\n\r\n`, j, '\r\n']),
  },
  {
    name: 'type application/octet-stream',
    contentType: mixed(';boundary=b'),
    body: body((j) => [
      `--b\r\nContent-Type: application/octet-stream\r\nContent-Length: ${j.length}\r\n\r\n`,
      j,
      '\r\n',
    ]),
  },
  { name: 'pictures one after the other, nothing between', contentType: 'image/jpeg', body: body((j) => [j]) },
];

describe('MultipartParser', () => {
  describe.each(DIALECTS)('$name', ({ contentType, body: bytes, foreign = [] }) => {
    const expected = PICTURES.map(digest);

    it('in one piece', () => {
      const parsed = parse(bytes, { contentType });
      expect(parsed.pictures.map(digest)).toEqual(expected);
      expect(parsed.invalid).toEqual([]);
      expect(parsed.foreign).toEqual(foreign);
    });

    it('byte by byte, stamped with the arrival of its first byte', () => {
      const parsed = parse(bytes, { contentType }, () => 1);
      expect(parsed.pictures.map(digest)).toEqual(expected);
      expect(parsed.invalid).toEqual([]);
      // The second byte where the SOI itself is what tells that a picture begins.
      const starts = PICTURES.map((jpeg) => bytes.indexOf(jpeg));
      parsed.times.forEach((time, index) => {
        expect(time - starts[index]!).toBeGreaterThanOrEqual(0);
        expect(time - starts[index]!).toBeLessThanOrEqual(1);
      });
    });

    it('in pieces of any size', () => {
      for (let seed = 1; seed <= 8; seed++) {
        const random = seededRandom(seed);
        const parsed = parse(bytes, { contentType }, () => 1 + random(random(4) === 0 ? 3000 : 40));
        expect(parsed.pictures.map(digest)).toEqual(expected);
        expect(parsed.invalid).toEqual([]);
        expect(parsed.foreign).toEqual(foreign);
      }
    });

    it('gives a picture out with its last byte', () => {
      const lastByte = bytes.indexOf(PICTURES[0]!) + PICTURES[0]!.length;
      expect(parse(bytes.subarray(0, lastByte), { contentType }).pictures.map(digest)).toEqual([expected[0]]);
    });

    it('drops a picture that the end of the stream cuts short', () => {
      const lastByte = bytes.indexOf(PICTURES.at(-1)!) + PICTURES.at(-1)!.length;
      const parsed = parse(bytes.subarray(0, lastByte - 1), { contentType });
      expect(parsed.pictures.map(digest)).toEqual(expected.slice(0, -1));
    });
  });

  it('never throws anything but its own error, whatever it is fed', () => {
    const good = DIALECTS[0]!.body;
    for (let seed = 1; seed <= 300; seed++) {
      const random = seededRandom(seed);
      const bytes = Uint8Array.from(good);
      for (let n = random(200); n >= 0; n--) bytes[random(bytes.length)] = random(256);
      const parsed = parse(bytes, { contentType: DIALECTS[0]!.contentType }, () => 1 + random(3000));
      expect(parsed.pictures.length).toBeLessThanOrEqual(8);
      for (const jpeg of parsed.pictures)
        expect([...jpeg.subarray(0, 2), ...jpeg.subarray(-2)]).toEqual([255, 216, 255, 217]);
    }
  });
});
