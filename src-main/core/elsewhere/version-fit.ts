import { AppError } from '../errors.ts';
import { labCommand } from '../lab-command.ts';
import { CONTRACT_NUMBER, type ReachedLab } from './hello.ts';
import type { HomeElsewhere } from './home-elsewhere.ts';

/** Throws 'conflict', with the command that helps, where the program there and this one would misunderstand each other. */
export function checkVersion(reached: ReachedLab, home: HomeElsewhere, version: string): void {
  if (reached.contract === CONTRACT_NUMBER && majorOf(reached.version) === majorOf(version)) return;
  const state = `On ${home.host}, FreezeOut Lab ${reached.version} (contract ${reached.contract}) answers, which ${version} here (contract ${CONTRACT_NUMBER}) does not understand`;
  const isOlder = reached.contract < CONTRACT_NUMBER || majorOf(reached.version) < majorOf(version);
  throw new AppError('conflict', `${state}: ${isOlder ? updateThere(home) : 'update the one here with `git pull`'}.`);
}

function updateThere({ host, program }: HomeElsewhere): string {
  if (program === null)
    return `set it up there with \`${labCommand({ words: ['machines', 'set-up'], operands: [host] })}\``;
  return `update the one there with \`ssh ${host} git -C ${program} pull\``;
}

function majorOf(version: string): number {
  return Number(version.split('.')[0]);
}
