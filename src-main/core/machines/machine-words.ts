import { AppError } from '../errors.ts';
import { labCommand } from '../lab-command.ts';
import { nearWords } from '../near-words.ts';
import type { RemoteMachine } from './machine.ts';

const ADD = labCommand({ words: ['machines', 'add'] });

/** The machine of this name. Throws 'not-found', with what was probably meant. */
export function machineNamed(all: readonly RemoteMachine[], name: string): RemoteMachine {
  const found = all.find((machine) => machine.name === name);
  if (found !== undefined) return found;
  const names = all.map((machine) => machine.name);
  throw new AppError('not-found', `There is no machine ${name}: ${adviceOn(name, names)}`);
}

function adviceOn(name: string, names: readonly string[]): string {
  const [near] = nearWords(name, names);
  if (near !== undefined) return `did you mean ${near}?`;
  if (names.length === 0) return `add one with \`${ADD}\`.`;
  return names.length === 1 ? `the only one is ${names[0]}.` : `choose one of ${names.join(', ')}.`;
}

/** What is said of a machine that lacks this version of the program. */
export function notSetUp(name: string): string {
  const setUp = labCommand({ words: ['machines', 'set-up'], operands: [name] });
  return `${name} has not this version of the program: set it up with \`${setUp}\`, then try again.`;
}
