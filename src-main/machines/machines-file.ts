import { join } from 'node:path';
import { AppError, badRequest } from '#core/errors.ts';
import { jsonOf } from '#core/json-of.ts';
import { machinesSchema, type RemoteMachine } from '#core/machines/machine.ts';
import { parse } from '#core/validation.ts';
import { writeDurably } from '../files/durable-file.ts';
import { type FileLimit, readOrdinary } from '../files/ordinary-file.ts';

const NAME = 'machines.json';
const LIMIT: FileLimit = {
  what: 'the list of machines',
  mostBytes: 2 ** 20,
  missing: (path) => `There is no ${path}.`,
};

/** The machines of a home, in the order of its file; none where there is no file. Throws a bad request that names what is wrong in it. */
export async function machinesOf(home: string): Promise<readonly RemoteMachine[]> {
  const path = join(home, NAME);
  let text: string;
  try {
    text = (await readOrdinary(path, LIMIT)).toString();
  } catch (error) {
    if (error instanceof AppError && error.code === 'not-found') return [];
    throw error;
  }
  const content = jsonOf(text);
  if (content === undefined) throw badRequest(`${path} is no JSON: correct it, or remove it to begin anew.`);
  return parse(machinesSchema, content, path).machines;
}

/** Puts these in the place of the machines of a home. Throws a bad request where that would be no list of machines. */
export async function saveMachines(home: string, machines: readonly RemoteMachine[]): Promise<void> {
  const path = join(home, NAME);
  const content = parse(machinesSchema, { machines }, path);
  const bytes = Buffer.from(`${JSON.stringify(content, null, 2)}\n`);
  await writeDurably(path, bytes, { writer: process.pid, mode: 0o600 });
}
