import module from 'node:module';

// Before anything else is loaded, so that all of it is cached; threads and trainers read the environment for it.
module.enableCompileCache();
process.env.NODE_COMPILE_CACHE ??= module.getCompileCacheDir();
const [{ runCommandLine }, { ProcessShell }, { labTools }] = await Promise.all([
  import('./cli/program.ts'),
  import('./cli/process-shell.ts'),
  import('./lab-tools.ts'),
]);

process.exitCode = await runCommandLine(process.argv.slice(2), { tools: labTools, shell: new ProcessShell() });
