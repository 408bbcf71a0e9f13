/** Sessions that sensors on the network saw, and rules for a sensor. */
export type { LogChunks } from './lines.ts';
export type { LogOptions, ObservedEndpoint, ObservedSession } from './session.ts';
export { readSuricataEve, suricataSessions } from './suricata.ts';
export { suricataRules, type SuricataRulesOptions } from './suricata-rules.ts';
export { readZeekSslLog, zeekSessions } from './zeek.ts';
