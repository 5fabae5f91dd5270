/**
 * Carries packets between two TUN devices it makes (named by its two arguments), as slowly, late and lossily as it is told. Reads
 * lines "bits-per-second delay-seconds loss both" (0 bits a second: untouched) and answers each with a line. From the second
 * device to the first everything is shaped; the other way too where `both` is 1. Python, because a TUN device takes an ioctl.
 */
export const linkEmulatorScript = `
import collections, fcntl, os, random, select, struct, sys, time

def tun(name):
    fd = os.open('/dev/net/tun', os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(fd, 0x400454ca, struct.pack('16sH22x', name.encode(), 0x0001 | 0x1000))
    return fd

fds = [tun(sys.argv[1]), tun(sys.argv[2])]
queues = [collections.deque(), collections.deque()]
free = [0.0, 0.0]
rate, delay, loss, both = 0.0, 0.0, 0.0, 0.0
limit = 1000
random.seed(1)
os.set_blocking(0, False)
text = b''
print('ready', flush=True)

def put(fd, packet):
    try:
        os.write(fd, packet)
    except OSError:
        pass

while True:
    now = time.monotonic()
    timeout = None
    for side in (0, 1):
        queue = queues[side]
        while queue and queue[0][0] <= now:
            put(fds[1 - side], queue.popleft()[1])
        if queue:
            wait = max(0.0, queue[0][0] - now)
            timeout = wait if timeout is None else min(timeout, wait)
    ready = select.select([0] + fds, [], [], timeout)[0]
    if 0 in ready:
        chunk = os.read(0, 4096)
        if not chunk:
            sys.exit(0)
        text += chunk
        while b'\\n' in text:
            line, text = text.split(b'\\n', 1)
            rate, delay, loss, both = map(float, line.split())
            free = [0.0, 0.0]
            print('set', flush=True)
    for side in (0, 1):
        if fds[side] not in ready:
            continue
        for _ in range(64):
            try:
                packet = os.read(fds[side], 65536)
            except BlockingIOError:
                break
            now = time.monotonic()
            if rate == 0 or (side == 0 and both == 0):
                if queues[side]:
                    queues[side].append((queues[side][-1][0], packet))
                else:
                    put(fds[1 - side], packet)
                continue
            if random.random() < loss or len(queues[side]) >= limit:
                continue
            free[side] = max(now, free[side]) + len(packet) * 8 / rate
            queues[side].append((free[side] + delay, packet))
`;
