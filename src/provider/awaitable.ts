/** A value that may be there at once or come later: a backend that can answer at once pays no thread hop. */
export type Awaitable<T> = T | PromiseLike<T>;

/** Whether the value has yet to come. */
export function isPromiseLike<T>(value: Awaitable<T>): value is PromiseLike<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Goes on with a value: at once when it is there, else when it comes. */
export function andThen<T, R>(value: Awaitable<T>, next: (value: T) => Awaitable<R>): Awaitable<R> {
  return isPromiseLike(value) ? value.then(next) : next(value);
}

/** Goes on with two values: at once when both are there, else when both have come. */
export function both<A, B, R>(
  first: Awaitable<A>,
  second: Awaitable<B>,
  next: (first: A, second: B) => Awaitable<R>,
): Awaitable<R> {
  if (!isPromiseLike(first) && !isPromiseLike(second)) return next(first, second);
  return Promise.all([first, second]).then(([a, b]) => next(a, b));
}
