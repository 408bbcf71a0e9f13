import { isBuiltin } from 'node:module';
import process from 'node:process';
import type { DatabaseSync } from 'node:sqlite';

import { HybridgeError } from '../../bytes/index.ts';
import { fileError, isDamage, unreachable } from './fault.ts';

/** What is kept where. `expiry` is in milliseconds since 1970; an entry that stays has none. */
const SCHEMA: readonly string[] = [
  'CREATE TABLE entry (key TEXT NOT NULL PRIMARY KEY, value ANY NOT NULL, expiry INTEGER) STRICT, WITHOUT ROWID',
  'CREATE INDEX entry_by_expiry ON entry (expiry) WHERE expiry IS NOT NULL',
];

/** `HyBr`, in the header of every file of ours: other databases are not mistaken for one. */
const APPLICATION_ID = 0x48794272;
/** The version of SCHEMA. A file of a later version is refused; there is no earlier one. */
const SCHEMA_VERSION = 1;

/** The integer that a pragma answers with. */
function pragma(database: DatabaseSync, name: string): number {
  const row = Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {});
  return typeof row[0] === 'number' ? row[0] : Number.NaN;
}

function statementsOf(database: DatabaseSync): readonly string[] {
  return database
    .prepare('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid')
    .all()
    .map(({ sql }) => String(sql));
}

/** Whether the file is one of ours (`true`) or a new one (`false`); refuses all others. Writes nothing. */
function isOurs(database: DatabaseSync, path: string): boolean {
  const application = pragma(database, 'application_id');
  const version = pragma(database, 'user_version');
  const statements = statementsOf(database);
  if (application === 0 && version === 0 && statements.length === 0) return false;
  if (application !== APPLICATION_ID)
    throw fileError('invalid_encoding', path, 'a database of another application');
  if (version > SCHEMA_VERSION)
    throw fileError(
      'unsupported',
      path,
      `schema version ${String(version)}, this release knows ${String(SCHEMA_VERSION)}`,
    );
  if (version !== SCHEMA_VERSION || statements.join('\n') !== SCHEMA.join('\n'))
    throw fileError('invalid_encoding', path, 'its tables are not those of a store');
  const [verdict] = Object.values(database.prepare('PRAGMA quick_check(1)').get() ?? {});
  if (verdict !== 'ok') throw fileError('invalid_encoding', path, `damaged: ${String(verdict)}`);
  return true;
}

/** Does the work within one transaction, so that it sees one state of the file; an error ends it with the database. */
function transaction<T>(database: DatabaseSync, begin: 'BEGIN' | 'BEGIN IMMEDIATE', work: () => T): T {
  database.exec(begin);
  const result = work();
  database.exec('COMMIT');
  return result;
}

/** Checks the file, and makes the tables in a new one unless another process is faster. */
function prepareFile(database: DatabaseSync, path: string): void {
  if (transaction(database, 'BEGIN', () => isOurs(database, path))) return;
  transaction(database, 'BEGIN IMMEDIATE', () => {
    if (isOurs(database, path)) return;
    for (const statement of SCHEMA) database.exec(statement);
    database.exec(`PRAGMA application_id = ${String(APPLICATION_ID)}`);
    database.exec(`PRAGMA user_version = ${String(SCHEMA_VERSION)}`);
  });
}

/**
 * Opens a file of ours, or makes one.
 *
 * @throws HybridgeError `unsupported` where Node has no SQLite, and for files of a later version; `invalid_encoding`
 * for files of others and damaged ones; `input_output` when the file cannot be opened.
 */
export function openDatabase(path: string, busyTimeout: number): DatabaseSync {
  if (!isBuiltin('node:sqlite'))
    throw new HybridgeError(
      'unsupported',
      `the SQLite store needs node:sqlite, which ${process.version} lacks`,
      {
        fault: 'caller',
        hint: 'use Node 22.13 or later, or another store',
      },
    );
  const sqlite = process.getBuiltinModule('node:sqlite');
  let database: DatabaseSync;
  try {
    database = new sqlite.DatabaseSync(path, { enableForeignKeyConstraints: false });
  } catch (error) {
    throw unreachable(path, error);
  }
  try {
    database.exec(`PRAGMA busy_timeout = ${String(busyTimeout)}`);
    // A schema that somebody else wrote into the file shall not run functions.
    database.exec('PRAGMA trusted_schema = OFF');
    prepareFile(database, path);
    database.exec('PRAGMA journal_mode = WAL');
    // With WAL, only FULL keeps a write that was answered through a loss of power.
    database.exec('PRAGMA synchronous = FULL');
    return database;
  } catch (error) {
    database.close();
    if (isDamage(error)) throw fileError('invalid_encoding', path, 'not a database, or damaged', error);
    throw unreachable(path, error);
  }
}
