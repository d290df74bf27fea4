import { isElsewhere } from '#core/elsewhere/home-elsewhere.ts';
import { AppError } from '#core/errors.ts';
import { socketFile } from './address.ts';
import { type OwnerProcess, ownerProcess } from './owner-process.ts';

/** Why the owner of a home, which somebody listens for, gives no answer: what it does, and what to do about it. */
export function silentOwner(home: string): AppError {
  const owner = ownerProcess(home);
  if (owner !== null) return new AppError('locked', `${ownerWords(home, owner)} ${silenceOf(owner)}.`);
  if (isElsewhere(home)) return new AppError('unavailable', `The program that owns ${home} does not answer.`);
  const place = socketFile(home) ?? home;
  return new AppError(
    'locked',
    `The program that listens at ${place} does not answer: wait until it goes on or end it, and if there is none, remove that file.`,
  );
}

/** Why an owner that lives gives no answer to one question: it has done nothing for so long since it was asked. */
export function idleOwner(home: string, owner: OwnerProcess | null, seconds: number): AppError {
  if (isElsewhere(home)) {
    const what = `The program that owns ${home} lives, but has not answered for ${Math.round(seconds)} s`;
    return new AppError('unavailable', `${what}: look after the disk and the load of that machine, and try again.`);
  }
  const end = owner === null ? 'end it' : `end it with \`kill ${owner.pid}\``;
  const state = `${ownerWords(home, owner)} lives, but has not answered for ${Math.round(seconds)} s and does nothing`;
  const advice = `its disk or a part of it may hang, so look after that and try again, or ${end}`;
  return new AppError('locked', `${state}: ${advice}, after which its run goes on from the last checkpoint.`);
}

/** Why a home cannot be had that another program owns without serving it. */
export function unservedHome(home: string): AppError {
  const owner = ownerProcess(home);
  if (owner?.activity === 'stopped') return silentOwner(home);
  const what = owner === null ? `Another program owns ${home}` : ownerWords(home, owner);
  const end = owner === null ? 'wait for its end' : `wait for its end, or end it with \`kill ${owner.pid}\``;
  return new AppError(
    'locked',
    `${what}${owner === null ? ' and' : ''} answers no other program: ${end}, or choose another folder with --home.`,
  );
}

/** Why the files of a home cannot be replaced; null where nobody knows which program has it. */
export function ownerInTheWay(home: string): AppError | null {
  const owner = ownerProcess(home);
  if (owner === null) return null;
  if (owner.activity === 'stopped') return silentOwner(home);
  const advice = 'close the app, or end `lab` with Ctrl-C, then try again';
  return new AppError('locked', `${ownerWords(home, owner)} has it open: ${advice}.`);
}

/** Why what listens on a home's socket cannot be its owner; `problem` is what is wrong with its answers. */
export function foreignListener(home: string, problem: string): AppError {
  if (isElsewhere(home)) {
    const what = `What answers as ${home} does not answer as FreezeOut Lab does (${problem})`;
    return new AppError('unavailable', `${what}: end that program there, or name another one by "?program=".`);
  }
  const place = socketFile(home) ?? home;
  return new AppError(
    'locked',
    `What listens at ${place} does not answer as FreezeOut Lab does (${problem}): end that program, and if there is none, remove that file.`,
  );
}

/** Why an owner does not know a request, or does not say that it could. */
export function anotherVersion(home: string): AppError {
  return new AppError(
    'locked',
    `${ownerWords(home, ownerProcess(home))} is another version of FreezeOut Lab: use that version, or end it, then try again.`,
  );
}

/** Why a question has no answer whose owner has gone; whoever comes after it may be asked again. */
export function goneOwner(home: string): string {
  if (isElsewhere(home)) return `The connection to ${home} broke before it answered: try again.`;
  return `The program that owned ${home} ended before it answered: try again.`;
}

/** The owner as the subject of a sentence. */
function ownerWords(home: string, owner: OwnerProcess | null): string {
  return `The program that owns ${home}${owner === null ? '' : ` (process ${owner.pid})`}`;
}

/** Completes a sentence about an owner that does not answer. */
function silenceOf({ pid, activity }: OwnerProcess): string {
  const end = `end it with \`kill -KILL ${pid}\`, after which its run goes on from the last checkpoint`;
  if (activity === 'stopped') return `is stopped: continue it with \`kill -CONT ${pid}\`, or ${end}`;
  if (activity === 'busy') return `is busy and does not answer: try again in a moment, or ${end}`;
  return `does not answer: wait until it goes on, or ${end}`;
}
