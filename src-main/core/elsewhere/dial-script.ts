import { labCommand } from '../lab-command.ts';
import { WITH_LOGIN_PATH } from '../machines/login-path.ts';
import { posixPath, posixWord } from '../machines/posix-shell.ts';
import { helloText } from './hello.ts';
import type { HomeElsewhere } from './home-elsewhere.ts';

interface DialOptions {
  /** The program that the machine's set-up has left for this version. */
  readonly lab: string;
  readonly version: string;
  /** Whether the home was there before, so that none may be made. */
  readonly mustExist: boolean;
}

/** The script for sh of the other machine that joins its stdin and stdout with the home. */
export function dialScript(home: HomeElsewhere, { lab, version, mustExist }: DialOptions): string {
  const { path, program } = home;
  const words = [
    'dial-stdio',
    ...(mustExist ? ['--existing'] : []),
    ...(path === null ? [] : ['--home', posixPath(path)]),
  ];
  const call = words.join(' ');
  return [
    `program=${posixPath(program ?? lab)}`,
    // A clone brings the Node that it was set up with; without it, that of the user has to do.
    'if [ -d "$program" ]; then',
    '  node="$program/node_modules/.bin/node"',
    '  if [ ! -x "$node" ]; then',
    WITH_LOGIN_PATH,
    '  node=node; fi',
    `  exec "$node" "$program/src-main/setup/lab.mjs" ${call}`,
    'fi',
    `if [ -x "$program" ]; then exec "$program" ${call}; fi`,
    `printf %s ${posixWord(helloText({ error: missingProgram(home, version) }))}`,
    'exit 3',
  ].join('\n');
}

function missingProgram({ host, program }: HomeElsewhere, version: string): string {
  if (program !== null) return `There is no FreezeOut Lab in ${program}: correct the address's "program".`;
  const setUp = labCommand({ words: ['machines', 'set-up'], operands: [host] });
  return `FreezeOut Lab ${version} is not set up there: set it up with \`${setUp}\`, or add ?program=FOLDER of a clone there to the address.`;
}
