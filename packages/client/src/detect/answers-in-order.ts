/**
 * Answers to what a source gives, in its order. While answers are outstanding the source is asked for more, up to `max`; an answer is
 * handed on as soon as it and those before it are there, however long the source takes for its next.
 * @param answer must settle for each; where it rejects, that is the end
 */
export async function* answersInOrder<In, Out>(
  source: AsyncIterable<In> | Iterable<In>,
  max: number,
  answer: (item: In) => Promise<Out>,
): AsyncGenerator<Out, void, undefined> {
  const iterator = iteratorOf(source);
  const outstanding: Array<Promise<Out>> = [];
  let next: Promise<IteratorResult<In>> | undefined;
  let isDone = false;
  try {
    for (;;) {
      if (!isDone && outstanding.length < max) next ??= Promise.resolve(iterator.next());
      if (!next && outstanding.length === 0) return;
      const first = await Promise.race([
        ...(outstanding[0] ? [outstanding[0].then((value) => ({ kind: 'answer' as const, value }))] : []),
        ...(next ? [next.then((result) => ({ kind: 'item' as const, result }))] : []),
      ]);
      if (first.kind === 'answer') {
        outstanding.shift();
        yield first.value;
        continue;
      }
      next = undefined;
      if (first.result.done) isDone = true;
      else {
        const answered = answer(first.result.value);
        // Told when it is its turn.
        answered.catch(() => undefined);
        outstanding.push(answered);
      }
    }
  } finally {
    // While it makes its next, a generator can't be ended: that is then thrown away when it comes.
    const ended = isDone ? undefined : Promise.resolve(iterator.return?.());
    if (next) Promise.all([next, ended]).catch(() => undefined);
    else await ended;
  }
}

function iteratorOf<T>(source: AsyncIterable<T> | Iterable<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
}
