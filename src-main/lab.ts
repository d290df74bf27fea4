import module from 'node:module';

// The cache must be on before anything else is loaded. Threads and trainers find its folder in the environment.
module.enableCompileCache();
process.env.NODE_COMPILE_CACHE ??= module.getCompileCacheDir();
const [{ runCommandLine }, { ProcessShell }, { labTools }] = await Promise.all([
  import('./cli/program.ts'),
  import('./cli/process-shell.ts'),
  import('./lab-tools.ts'),
]);

process.exitCode = await runCommandLine(process.argv.slice(2), { tools: labTools, shell: new ProcessShell() });
