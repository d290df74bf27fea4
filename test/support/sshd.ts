import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endingWithUs } from '../../src-main/setup/run-program.mjs';
import { freePorts } from './loopback-ports.ts';
import { inSystem, sshdProgram } from './machine-programs.mjs';

/** The server's program; null where this machine has none that could run, and its tests are left out. */
export const sshd: string | null = sshdProgram();

const ATTEMPTS = 3;
/** Has bash take itself for a shell within another one, which reads none of the start-up files of whoever runs the tests. */
const WITHOUT_OWN_FILES = { SHLVL: '1' };

export interface SshServer {
  readonly root: string;
  /** The configuration with which `ssh -F` knows the server as `gpubox`. */
  readonly config: string;
  /** A folder whose `ssh` knows it so, to stand before others in a PATH. */
  readonly programs: string;
  readonly pid: number;
  /** Ends the server and all its connections, as if the network were gone. */
  stop(): Promise<void>;
  /** Starts it again at the same address. */
  start(): Promise<void>;
  /** Ends it, and removes its folder. */
  close(): Promise<void>;
}

export interface SshdOptions {
  /** Variables that a session of the server has besides its own. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts a server with keys of its own, for this user alone, on the loopback address. It ends with this process, however that ends. */
export async function startSshd({ environment = {} }: SshdOptions = {}): Promise<SshServer> {
  if (sshd === null) throw new Error('This machine has no sshd.');
  const root = await mkdtemp(join(tmpdir(), 'sshd-'));
  for (const name of ['host', 'user']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', join(root, name)]);
  }
  // The folder to which root's server confines the part of it that speaks to strangers.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  for (let attempt = 1; ; attempt += 1) {
    const [port] = await freePorts(1);
    const server = new TestServer(sshd, { root, port, environment });
    try {
      await server.start();
      return server;
    } catch (error) {
      // Another program may have taken the port meanwhile.
      if (attempt >= ATTEMPTS) throw error;
    }
  }
}

interface ServerParts {
  readonly root: string;
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
}

class TestServer implements SshServer {
  readonly root: string;
  readonly config: string;
  readonly programs: string;
  readonly #program: string;
  readonly #port: number;
  #child: ChildProcess | null = null;

  constructor(program: string, { root, port, environment }: ServerParts) {
    this.root = root;
    this.config = join(root, 'config');
    this.#program = program;
    this.#port = port;
    writeFileSync(join(root, 'sshd_config'), serverText(root, { port, environment }));
    writeFileSync(join(root, 'known_hosts'), `[127.0.0.1]:${port} ${readFileSync(join(root, 'host.pub'), 'utf8')}`);
    writeFileSync(this.config, clientText(root, port));
    chmodSync(this.config, 0o600);
    this.programs = join(root, 'bin');
    mkdirSync(this.programs, { recursive: true });
    const ssh = inSystem('ssh');
    writeFileSync(join(this.programs, 'ssh'), `#!/bin/sh\nexec ${ssh} -F ${this.config} "$@"\n`, { mode: 0o755 });
  }

  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error('The server was stopped.');
    return this.#child.pid;
  }

  async start(): Promise<void> {
    const log = join(this.root, 'log');
    const command = [this.#program, '-D', '-f', join(this.root, 'sshd_config'), '-E', log] as const;
    const [program, ...args] = endingWithUs(command);
    // A group of its own, so that its connections can be ended with it.
    const child = spawn(program, args, { stdio: 'ignore', detached: true });
    this.#child = child;
    while (!(await answers(this.#port))) {
      if (child.exitCode !== null) throw new Error(`sshd does not run:\n${readFileSync(log, 'utf8')}`);
      await sleep(20);
    }
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    for (const pid of sessionsOf(child.pid)) endProcess(pid);
    child.kill('SIGKILL');
    await ended;
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** The processes of the server's connections: those that it has started, which are its own program still. */
function sessionsOf(server: number): readonly number[] {
  const children = childrenOf(server);
  return children.flatMap((pid) => [pid, ...childrenOf(pid).filter((child) => nameOf(child) === 'sshd')]);
}

function childrenOf(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function nameOf(pid: number): string | null {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return null;
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('error', () => resolve(false));
    socket.once('data', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

function serverText(root: string, { port, environment }: Omit<ServerParts, 'root'>): string {
  const variables = Object.entries({ ...WITHOUT_OWN_FILES, ...environment }).map(
    ([name, value]) => `"${name}=${value}"`,
  );
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${root}/host`,
    `AuthorizedKeysFile ${root}/user.pub`,
    'PidFile none',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'UsePAM no',
    'StrictModes no',
    // As on many clusters: nothing may depend on forwarding.
    'AllowTcpForwarding no',
    `SetEnv ${variables.join(' ')}`,
    '',
  ].join('\n');
}

function clientText(root: string, port: number): string {
  return [
    'Host gpubox',
    '  HostName 127.0.0.1',
    `  Port ${port}`,
    `  User ${userInfo().username}`,
    `  IdentityFile ${root}/user`,
    '  IdentitiesOnly yes',
    `  UserKnownHostsFile ${root}/known_hosts`,
    '  GlobalKnownHostsFile /dev/null',
    '  StrictHostKeyChecking yes',
    '',
  ].join('\n');
}
