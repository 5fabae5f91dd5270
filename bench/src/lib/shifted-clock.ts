// Loaded into a process before anything else (`node --import`): its clock is off by as many milliseconds as BENCH_CLOCK_SHIFT_MS says, in all
// threads. Time that passes is as long as ever.

const shiftMs = Number(process.env.BENCH_CLOCK_SHIFT_MS);
const RightDate = Date;

globalThis.Date = new Proxy(RightDate, {
  construct: (target, given: [], newTarget) =>
    Reflect.construct(target, given.length === 0 ? [RightDate.now() + shiftMs] : given, newTarget),
  get: (target, name, receiver) =>
    name === 'now' ? () => RightDate.now() + shiftMs : Reflect.get(target, name, receiver),
});
const { timeOrigin } = performance;
Object.defineProperty(performance, 'timeOrigin', { get: () => timeOrigin + shiftMs, configurable: true });
