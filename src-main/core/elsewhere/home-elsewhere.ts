import { badRequest } from '../errors.ts';

/** A home on another machine, as `ssh://HOST/PATH` names it. */
export interface HomeElsewhere {
  /** As it was given. */
  readonly address: string;
  /** The host for ssh, with a user where one was given. */
  readonly host: string;
  /** The folder there, which may begin with `~`; null for the home that the program there takes by itself. */
  readonly path: string | null;
  /** Where the program is there: a clone, or what set-up has left; null where the machine's set-up says. */
  readonly program: string | null;
}

const SCHEME = 'ssh://';
/** None begins with a dash, which ssh would take for an option. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
const ADVICE = 'give ssh://HOST/PATH, such as ssh://gpubox/~/lab or ssh://me@login.uni.edu/scratch/me/lab';

/** Whether a home is given as an address. */
export function isElsewhere(home: string): boolean {
  return home.startsWith(SCHEME);
}

/** What an address says; null for a folder of this machine. Throws a bad request. */
export function homeElsewhere(home: string): HomeElsewhere | null {
  if (!isElsewhere(home)) return null;
  const refuse = (problem: string) => badRequest(`The home ${home} ${problem}: ${ADVICE}.`);
  if (!URL.canParse(home)) throw refuse('is no address');
  const { hostname, port, username, password, pathname, searchParams, hash } = new URL(home);
  if (password !== '') throw refuse('has a password, which ssh takes from nobody');
  if (hash !== '') throw refuse('has a "#"');
  const user = decoded(username);
  if (!NAME.test(hostname)) throw refuse('names no host');
  if (user !== '' && !NAME.test(user)) throw refuse('names no user');
  const unknown = [...searchParams.keys()].find((key) => key !== 'program');
  if (unknown !== undefined) throw refuse(`says "${unknown}", which means nothing`);
  const name = user === '' ? hostname : `${user}@${hostname}`;
  return {
    address: home,
    host: port === '' ? name : `${SCHEME}${name}:${port}`,
    path: folderIn(decoded(pathname)),
    program: searchParams.get('program'),
  };
}

/** "/~/lab" is a folder in the home folder of the user there. */
function folderIn(pathname: string): string | null {
  if (pathname === '' || pathname === '/') return null;
  return pathname === '/~' || pathname.startsWith('/~/') ? pathname.slice(1) : pathname;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
