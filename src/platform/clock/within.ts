/**
 * The value, or undefined when it is not there after `limitMs`. What it fails with after that is nobody's: log it where
 * that matters.
 */
export function within<T>(value: Promise<T>, limitMs: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, Math.max(0, limitMs), undefined);
    const stop = () => clearTimeout(timer);
    value.then(stop, stop);
    value.then(resolve, reject);
  });
}
