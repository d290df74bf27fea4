import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from './run-program.mjs';
import { SetupError } from './setup-error.mjs';
import { npm } from './toolchain.mjs';

/**
 * Unpacks a package of the registry, without installing it, into an empty folder.
 * @param {string} specifier name@version
 * @param {string} folder
 */
export async function unpackPackage(specifier, folder) {
  const advice = 'check that the package registry can be reached, then run the same command again';
  await runProgram([...npm(), 'pack', specifier, '--prefer-offline'], {
    name: `npm pack ${specifier}`,
    folder,
    advice,
  });
  const archive = readdirSync(folder).find((name) => name.endsWith('.tgz'));
  if (archive === undefined)
    throw new SetupError(`npm delivered no archive of ${specifier}: run the same command again.`);
  await runProgram(['tar', '-xzf', archive, '--strip-components=1'], {
    name: 'tar',
    folder,
    advice: 'run the same command again',
  });
  rmSync(join(folder, archive));
}

/**
 * @param {string} archive @param {string} folder
 * @param {readonly string[]} parts `only` or `without`, then prefixes of names in the archive
 */
export async function unzip(archive, folder, parts) {
  if (!existsSync(archive)) throw new SetupError(`${archive} was not delivered: run the same command again.`);
  const script = fileURLToPath(new URL('unzip.py', import.meta.url));
  const advice = 'check the free space on the disk, then run the same command again';
  await runProgram(['python3', script, archive, folder, ...parts], { name: 'unzip', advice });
}
