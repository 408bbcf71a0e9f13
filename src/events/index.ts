/** Floor 2: what happened, as typed events, and their plain form. */
export type {
  EventReason,
  EventsDropped,
  EventType,
  HybridgeEvent,
  PolicyRefused,
  PolicyWarned,
  SelfTestFailed,
  TransitionAccepted,
} from './event.ts';
export { toJsonLine } from './json-lines.ts';
export {
  createEventStream,
  type EventListener,
  type EventStream,
  type EventStreamOptions,
} from './stream.ts';
