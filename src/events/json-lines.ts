import type { HybridgeEvent } from './event.ts';

/**
 * An event as one line of JSON, with the line feed at its end. Field names are permanent: `time` (ISO 8601, UTC)
 * and `type` first, then those of the event, dates as ISO 8601. A field may be added, none is renamed.
 *
 * @example
 * ```ts
 * import { createEventStream, toJsonLine } from 'hybridge/events';
 *
 * const events = createEventStream();
 * events.subscribe((event) => console.log(toJsonLine(event).trimEnd()));
 * events.emit({
 *   type: 'transition-accepted', at: new Date(0), accepted: 'ECDSA-P256-SHA256', waived: 'ML-DSA-65', until: new Date(1e12),
 * });
 * // {"time":"1970-01-01T00:00:00.000Z","type":"transition-accepted","accepted":"ECDSA-P256-SHA256",...}
 * ```
 */
export function toJsonLine(event: HybridgeEvent): string {
  const { at, type, ...fields } = event;
  return `${JSON.stringify({ time: at, type, ...fields })}\n`;
}
