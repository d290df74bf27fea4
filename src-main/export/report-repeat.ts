import { labCommand } from '#core/lab-command.ts';
import { toJson } from '#core/numbers.ts';
import { CITATION } from '#core/report/citation.ts';
import type { RepeatSpec } from '#core/report/repeat.ts';
import type { Html } from './html.ts';
import { html, preformatted } from './html.ts';

export interface Repetition {
  readonly spec: RepeatSpec;
  /** Name of the preset that these studies come from; null where there is none. */
  readonly preset: string | null;
  readonly versions: readonly string[];
}

/** The instructions for getting the same numbers again. */
export function repeatSection({ spec, preset, versions }: Repetition): Html {
  const version = versions.length === 0 ? '' : ` ${versions.join(', ')}`;
  const several = 'studies' in spec;
  const presetLine =
    preset === null
      ? html``
      : html`<p>The same in its unchanged form comes with the program: <code>${labCommand({ words: ['study'], options: ['--preset', preset] })}</code></p>`;
  return html`<p>In a copy of FreezeOut Lab${version}, on Linux x64 with Node 20 or newer, Python 3 with pip and a C++ compiler; the first call sets
everything else up. Save the specification below as <code>report.json</code>, then:</p>
${preformatted(`npm run lab -- study report.json\n${reportCommands(spec)}`)}
<p>Training is seeded: the same version gives the same losses on the same machine, and times of its own. The command trains what is missing:
where ${several ? 'these studies are' : 'this study is'} there already, nothing runs again; <code>--home FOLDER</code> starts from nothing.</p>
${presetLine}
${preformatted(toJson(spec, 2))}`;
}

function reportCommands(spec: RepeatSpec): string {
  const names = 'studies' in spec ? spec.studies.map(({ name }) => name) : [spec.name];
  return labCommand({ words: ['report'], operands: names, options: ['--html', 'report.html'] });
}

export function citationSection(): Html {
  return html`<p>The method is that of:</p>
${preformatted(CITATION)}`;
}
