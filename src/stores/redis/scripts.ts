import { createHash } from 'node:crypto';

/** A script of the server [redis.io/docs EVAL], and the name under which the server keeps it. */
export interface Script {
  readonly text: string;
  readonly sha1: string;
}

function script(text: string): Script {
  return { text, sha1: createHash('sha1').update(text).digest('hex') };
}

/** KEYS: one key. Answers its value and end, or nothing. An end of -1: it stays. */
export const READ: Script = script(`
local value = redis.call('GET', KEYS[1])
if not value then return false end
return {value, redis.call('PEXPIRETIME', KEYS[1])}`);

/**
 * KEYS: one key. ARGV: the count, its end or -1. Answers the count that is there now and 1 where it was this call that
 * raised it; a text as it is. An end in the past removes the key at once, as an expired entry is an absent one.
 */
export const RAISE: Script = script(`
local held = redis.call('GET', KEYS[1])
local given, ending = ARGV[1], tonumber(ARGV[2])
if not held then
  redis.call('SET', KEYS[1], given)
  if ending >= 0 then redis.call('PEXPIREAT', KEYS[1], ARGV[2]) end
  return {given, 1}
end
local count = tonumber(held)
if not count or tonumber(given) < count then return {held, 0} end
local before = redis.call('PEXPIRETIME', KEYS[1])
if tonumber(given) > count then redis.call('SET', KEYS[1], given, 'KEEPTTL') end
if before >= 0 then
  if ending < 0 then redis.call('PERSIST', KEYS[1])
  elseif ending > before then redis.call('PEXPIREAT', KEYS[1], ARGV[2]) end
end
return {given, tonumber(given) > count and 1 or 0}`);

/** KEYS: one key. ARGV: the value expected ('' for none), the new one, its end or -1. Answers 1 where it was done. */
export const SWAP: Script = script(`
local held = redis.call('GET', KEYS[1]) or ''
if held ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
if tonumber(ARGV[3]) >= 0 then redis.call('PEXPIREAT', KEYS[1], ARGV[3]) end
return 1`);
