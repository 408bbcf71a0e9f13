/** Freezes plain data all the way down and hands it back. */
export function deepFreeze<Value extends object>(value: Value): Value {
  const children: readonly unknown[] = Object.values(value);
  for (const child of children) if (typeof child === 'object' && child !== null) deepFreeze(child);
  Object.freeze(value);
  return value;
}
