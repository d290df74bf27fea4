/** Uses files, a database and a socket in the folder that it gets, once in each way, and prints what became of each operation. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, stat, writeFileSync } from 'node:fs';
import { open, readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';

const folder = process.argv[2];
const [file, other, below] = ['file', 'other', 'below'].map((name) => join(folder, name));
const socket = join(folder, 'lab.sock');
const ends: Record<string, string> = {};

await attempt('write', () => writeFileSync(file, 'text'));
await attempt('read', () => readFileSync(file));
await attempt('exists', () => existsSync(file) || fail('MISSING'));
await attempt('stat', () => promisify(stat)(file));
await attempt('make', () => mkdirSync(below));
await attempt('list', () => readdirSync(folder));
await attempt('rename', () => renameSync(file, other));
await attempt('write again', () => writeFile(other, 'text'));
await attempt('read again', () => readFile(other));
await attempt('handle', throughHandle);
await attempt('database', inDatabase);
await attempt('socket', throughSocket);
process.stdout.write(JSON.stringify(ends));

async function attempt(name: string, work: () => unknown): Promise<void> {
  try {
    await work();
    ends[name] = 'done';
  } catch (error) {
    ends[name] = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

function fail(code: string): never {
  throw Object.assign(new Error(code), { code });
}

async function throughHandle(): Promise<void> {
  const handle = await open(other, 'w');
  try {
    await handle.writeFile('text');
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function inDatabase(): void {
  const database = new Database(join(folder, 'trial.sqlite'));
  try {
    database.exec('CREATE TABLE numbers (value)');
    const insert = database.prepare('INSERT INTO numbers VALUES (?)');
    database.transaction(() => insert.run(1))();
    database.prepare('SELECT value FROM numbers').all();
  } finally {
    database.close();
  }
}

/** A server that greets; whatever fails fails both ends. */
async function throughSocket(): Promise<void> {
  const server = createServer((client) => client.on('error', () => undefined).end('hello'));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve)).catch(
    () => undefined,
  );
  try {
    await new Promise((resolve, reject) =>
      connect({ path: socket }).once('error', reject).once('close', resolve).resume(),
    );
  } finally {
    server.close();
  }
}
