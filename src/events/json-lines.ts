import type { HybridgeEvent } from './event.ts';

/** What moves a cursor, reorders text or ends a line, and may stand in a JSON text as it is [RFC 8259 §7]. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}

/**
 * A value as one line of JSON, with the line feed at its end. Server names and identities are what peers say they
 * are: JSON itself escapes C0 controls, here C1 controls (a lone U+009B commands terminals), DEL, and characters
 * that turn the direction of text are escaped as well.
 *
 * @internal
 */
export function jsonLine(value: object): string {
  return `${JSON.stringify(value).replace(INVISIBLE, escapeUnits)}\n`;
}

/**
 * An event as one line of JSON, with the line feed at its end. Field names are permanent: `time` (ISO 8601, UTC)
 * and `type` first, then those of the event, dates as ISO 8601; what is not known is left out. A field may be added,
 * none is renamed. The line can be shown on a terminal: no character in it controls one.
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
  return jsonLine({ time: at, type, ...fields });
}
