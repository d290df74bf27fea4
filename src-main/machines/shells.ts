import type { RemoteMachine } from '#core/machines/machine.ts';
import type { RemoteShell } from '#core/machines/ports.ts';
import { controlFolder } from './control-folder.ts';
import { localShell, SpawnedShell } from './spawned-shell.ts';

/** How long ssh waits for a host that says nothing. */
const CONNECT_SECONDS = 10;
/** A connection that is silent for three of these is given up. */
const ALIVE_SECONDS = 15;
/** How long a connection is kept for the next command. */
const KEEP_SECONDS = 60;

/** The shell of a machine: at the other end of the system's own ssh, or on the spot. */
export function shellOf(
  { name, ssh }: Pick<RemoteMachine, 'name' | 'ssh'>,
  environment: NodeJS.ProcessEnv = process.env,
): RemoteShell {
  if (ssh === null) return localShell;
  const options = sshOptions(environment);
  return new SpawnedShell((script) => ['ssh', ...options, '--', ssh, anyShell(script)], environment, {
    name,
    advice: (reason) => adviceFor(reason, ssh, environment),
  });
}

/**
 * Options of every ssh of ours: it asks nobody anything, and all commands for a host share one connection. Keys, users and jump hosts are the
 * business of its own configuration.
 */
function sshOptions(environment: NodeJS.ProcessEnv): readonly string[] {
  return ['-T', ...words(['BatchMode=yes', ...connection(), ...sharing(environment, 'auto')])];
}

function connection(): readonly string[] {
  return [
    `ConnectTimeout=${CONNECT_SECONDS}`,
    `ServerAliveInterval=${ALIVE_SECONDS}`,
    'ServerAliveCountMax=3',
    'ClearAllForwardings=yes',
    'LogLevel=ERROR',
  ];
}

/** Where no folder can be had for it, each command has a connection of its own. */
function sharing(environment: NodeJS.ProcessEnv, master: 'auto' | 'yes'): readonly string[] {
  const folder = controlFolder(environment);
  if (folder === null) return ['ControlMaster=no', 'ControlPath=none'];
  return [`ControlMaster=${master}`, `ControlPath=${folder}/%C`, `ControlPersist=${KEEP_SECONDS}`];
}

function words(options: readonly string[]): readonly string[] {
  return options.flatMap((option) => ['-o', option]);
}

/** The script as one command for whatever shell the user has there. Among its characters is none that one of them would change. */
function anyShell(script: string): string {
  const text = Buffer.from(script).toString('base64');
  return `exec /bin/sh -c 'eval "$(printf %s ${text} | base64 -d)"'`;
}

/** What ssh says where it would have to ask somebody. */
const MUST_ASK = /permission denied|host key verification failed/i;

function adviceFor(reason: string, host: string, environment: NodeJS.ProcessEnv): string {
  if (!MUST_ASK.test(reason)) return `check \`ssh ${host}\``;
  const open = ['ssh', '-fN', ...words(sharing(environment, 'yes')), host];
  return `if \`ssh ${host}\` asks for something, answer once with \`${open.join(' ')}\`, which leaves a connection open for us`;
}
