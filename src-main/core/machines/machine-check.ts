import { labCommand } from '../lab-command.ts';
import { WITH_LOGIN_PATH } from './login-path.ts';
import type { RemoteMachine } from './machine.ts';
import type { MachineFinding } from './machine-report.ts';
import { posixPath } from './posix-shell.ts';
import { remoteLab } from './remote-layout.ts';

/** What this version needs there: its parts, once set up, and what they are made from. */
const FREE_KILOBYTES = 6_000_000;
const NODE_MAJOR = 20;
/** glibc 2.28, that of Debian 10 and RHEL 8: our own Node needs it. */
const GLIBC_MINOR = 28;
const SYSTEM = 'Linux x86_64';

/** A script that says what there is on a machine, in lines such as `node=v24.1.0`. */
export function checkScript({ root, slurm }: RemoteMachine, version: string): string {
  const folder = posixPath(root);
  return [
    WITH_LOGIN_PATH,
    // A program that is not there says nothing on stdout.
    `tell() { printf '%s=%s\\n' "$1" "$2"; }`,
    `tell system "$(uname -sm)"`,
    `tell glibc "$(getconf GNU_LIBC_VERSION 2>/dev/null)"`,
    `tell node "$(node --version 2>/dev/null)"`,
    `for name in npm python3 g++ make tar gzip; do command -v "$name" >/dev/null 2>&1 && tell program "$name"; done`,
    `python3 -m pip --version >/dev/null 2>&1 && tell program pip`,
    `if mkdir -p ${folder} 2>/dev/null && touch ${folder}/.written 2>/dev/null; then rm -f ${folder}/.written; tell root written; fi`,
    `tell free "$(df -Pk ${folder} 2>/dev/null | awk 'END { print $4 }')"`,
    `[ -x ${posixPath(remoteLab(root, version))} ] && tell lab there`,
    `for card in $(nvidia-smi --query-gpu=name --format=csv,noheader 2>/dev/null | tr ' ' '_'); do tell card "$card"; done`,
    ...(slurm === undefined ? [] : slurmLines()),
    'exit 0',
  ].join('\n');
}

function slurmLines(): readonly string[] {
  return [
    `for name in sbatch squeue scontrol scancel; do command -v "$name" >/dev/null 2>&1 && tell slurm "$name"; done`,
    `sinfo -h -o '%R|%G' 2>/dev/null | sed 's/^/partition=/'`,
    `sinfo -h -o '%P' 2>/dev/null | sed -n 's/^\\(.*\\)\\*$/default=\\1/p'`,
  ];
}

/** What such a script has said. */
class Answers {
  readonly #lines: readonly (readonly [key: string, value: string])[];

  constructor(text: string) {
    this.#lines = text.split('\n').map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1).trim()];
    });
  }

  all(key: string): readonly string[] {
    return this.#lines.flatMap(([name, value]) => (name === key && value !== '' ? [value] : []));
  }

  one(key: string): string | null {
    return this.all(key).at(0) ?? null;
  }
}

/** What the lines of a `checkScript` come to. */
export function findingsOf(machine: RemoteMachine, text: string): readonly MachineFinding[] {
  const answers = new Answers(text);
  const isSetUp = answers.one('lab') !== null;
  return [
    system(answers),
    root(machine, answers),
    // What set-up alone needs does not matter once it is done.
    ...(isSetUp ? [] : [disk(machine, answers), node(answers), ...tools(answers)]),
    setUp(machine, isSetUp),
    ...(machine.slurm === undefined ? [cards(machine, answers)] : slurm(machine, answers)),
  ];
}

function fine(what: string, found: string): MachineFinding {
  return { what, state: 'fine', found, mend: null };
}

function missing(what: string, found: string, mend: string): MachineFinding {
  return { what, state: 'missing', found, mend };
}

function system(answers: Answers): MachineFinding {
  const [name, glibc] = [answers.one('system') ?? 'unknown', answers.one('glibc')];
  if (name !== SYSTEM)
    return missing('system', name, `use a machine with ${SYSTEM}: TensorFlow of this version is for no other`);
  const minor = /\b2\.(\d+)/.exec(glibc ?? '')?.[1];
  if (minor === undefined)
    return missing('system', `${name} without glibc`, `use a machine with glibc 2.${GLIBC_MINOR}`);
  if (Number(minor) >= GLIBC_MINOR) return fine('system', `${name}, ${glibc}`);
  return missing('system', `${name}, ${glibc}`, `use a machine with glibc 2.${GLIBC_MINOR} or newer`);
}

function root(machine: RemoteMachine, answers: Answers): MachineFinding {
  if (answers.one('root') !== null) return fine('root', `${machine.root} can be written`);
  return missing('root', `${machine.root} cannot be written`, 'choose another folder for "root" in machines.json');
}

function disk({ root: folder }: RemoteMachine, answers: Answers): MachineFinding {
  const kilobytes = Number(answers.one('free') ?? Number.NaN);
  if (Number.isNaN(kilobytes)) return { what: 'disk', state: 'note', found: 'free space is not known', mend: null };
  const found = `${Math.floor(kilobytes / 1e6).toLocaleString('en-US')} GB free`;
  if (kilobytes >= FREE_KILOBYTES) return fine('disk', found);
  return missing('disk', found, `free ${FREE_KILOBYTES / 1e6} GB on the disk of ${folder}`);
}

function node(answers: Answers): MachineFinding {
  const version = answers.one('node');
  const advice = `install Node ${NODE_MAJOR} or newer with npm there, for the set-up alone: \`sudo apt-get install -y nodejs npm\`, or a module of the cluster in the start-up files of your login shell`;
  if (version === null) return missing('Node', 'not there', advice);
  const major = Number(/^v(\d+)/.exec(version)?.[1]);
  if (!(major >= NODE_MAJOR)) return missing('Node', version, advice);
  return fine('Node', version);
}

/** Debian's names of what the set-up needs. */
const PACKAGES: Readonly<Record<string, string>> = {
  npm: 'npm',
  python3: 'python3',
  pip: 'python3-pip',
  'g++': 'g++',
  make: 'make',
  tar: 'tar',
  gzip: 'gzip',
};

function tools(answers: Answers): readonly MachineFinding[] {
  const there = new Set(answers.all('program'));
  const lacking = Object.keys(PACKAGES).filter((name) => !there.has(name));
  if (lacking.length === 0) return [fine('tools', Object.keys(PACKAGES).join(', '))];
  const packages = lacking.map((name) => PACKAGES[name]).join(' ');
  return [missing('tools', `no ${lacking.join(', ')}`, `\`sudo apt-get install -y ${packages}\` there`)];
}

function setUp({ name }: RemoteMachine, isSetUp: boolean): MachineFinding {
  if (isSetUp) return fine('set-up', 'done for this version');
  const command = labCommand({ words: ['machines', 'set-up'], operands: [name], home: undefined });
  return missing('set-up', 'not done for this version', `\`${command}\``);
}

function cards({ gpus }: RemoteMachine, answers: Answers): MachineFinding {
  const names = answers.all('card').map((name) => name.replaceAll('_', ' '));
  if (names.length > 0) return fine('GPU', names.join(', '));
  if (gpus.length === 0) return { what: 'GPU', state: 'note', found: 'none seen: runs train on the CPU', mend: null };
  return missing('GPU', 'none seen', 'look at `nvidia-smi` there, or leave "gpus" out in machines.json');
}

function slurm(machine: RemoteMachine, answers: Answers): readonly MachineFinding[] {
  const there = answers.all('slurm');
  const lacking = ['sbatch', 'squeue', 'scontrol', 'scancel'].filter((name) => !there.includes(name));
  if (lacking.length > 0)
    return [
      missing('Slurm', `no ${lacking.join(', ')}`, 'name the login node of the cluster as "ssh" in machines.json'),
    ];
  return [fine('Slurm', there.join(', ')), ...partition(machine, answers)];
}

function partition({ slurm: settings }: RemoteMachine, answers: Answers): readonly MachineFinding[] {
  const listed = answers.all('partition').map((line) => {
    const [name = '', gres = ''] = line.split('|');
    return { name, gres };
  });
  const names = [...new Set(listed.map(({ name }) => name))];
  if (names.length === 0)
    return [{ what: 'partition', state: 'note', found: 'the controller does not answer now', mend: null }];
  const wanted = settings?.partition ?? answers.one('default');
  if (wanted === null || wanted === undefined)
    return [missing('partition', 'the cluster has no default', `choose one of ${names.join(', ')} in machines.json`)];
  if (!names.includes(wanted))
    return [missing('partition', `there is no ${wanted}`, `choose one of ${names.join(', ')} in machines.json`)];
  const cardsThere = [...new Set(listed.filter(({ name }) => name === wanted).map(({ gres }) => gres))];
  return [
    fine('partition', wanted),
    nodesCards(
      settings?.gres,
      cardsThere.filter((gres) => gres !== '(null)'),
    ),
  ];
}

function nodesCards(wanted: string | undefined, there: readonly string[]): MachineFinding {
  const found = there.length === 0 ? 'none in the partition' : there.join(', ');
  if (wanted === undefined) {
    const state = there.length === 0 ? 'fine' : 'note';
    return { what: 'GPU', state, found: `${found}; none asked for: runs train on the CPU`, mend: null };
  }
  const [kind = ''] = wanted.split(':');
  if (there.some((gres) => gres.includes(kind))) return fine('GPU', found);
  return missing('GPU', found, `"gres" asks for ${wanted}: change it in machines.json, or choose another partition`);
}
