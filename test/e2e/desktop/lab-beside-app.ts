import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CHECKOUT = fileURLToPath(new URL('../../..', import.meta.url));

export interface LabOutcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The real `lab`, beside an app on the same home: its client, or its owner. */
export async function lab(home: string, words: readonly string[]): Promise<LabOutcome> {
  const child = spawn(process.execPath, [join(CHECKOUT, 'src-main', 'lab.ts'), ...words, '--home', home], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}

/** What `lab` answers with `--json`; of commands that report events, the lines. */
export async function labJson<Answer>(home: string, words: readonly string[]): Promise<Answer> {
  const { code, stdout, stderr } = await lab(home, [...words, '--json']);
  if (code !== 0) throw new Error(`lab ${words.join(' ')} ended with ${code}: ${stderr}`);
  const lines = stdout.trim().split('\n');
  return lines.length === 1 ? JSON.parse(stdout) : (lines.map((line) => JSON.parse(line)) as Answer);
}
