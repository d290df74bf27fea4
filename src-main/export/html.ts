import { escapeMarkup } from './inert-text.ts';

/** Markup that is safe as it stands: only `html` makes it, and it escapes everything else. */
class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type { Html };

type Content = Html | string | number | null | readonly Content[];

/** A piece of HTML; whatever is put in is escaped, unless it is such a piece itself. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(
    strings.map((part, index) => part + (index < contents.length ? markup(contents[index]) : '')).join(''),
  );
}

/** A drawing of ours, to stand within a page: without what only a file of its own needs, and with ids of its own. */
export function inlineSvg(svg: string, name: string): Html {
  const element = svg.slice(svg.indexOf('<svg '));
  return new Html(
    element
      .replace(/^<svg [^>]*>/, (tag) => tag.replaceAll(/ xmlns(:\w+)?="[^"]*"/g, ''))
      .replaceAll(/<[^>]+>/g, (tag) => tag.replaceAll(/(id="|url\(#)clip/g, `$1${name}-clip`)),
  );
}

/** Text whose line ends and spaces stay. */
export function preformatted(text: string): Html {
  return new Html(`<pre><code>${text.split('\n').map(escapeMarkup).join('\n')}</code></pre>`);
}

/** A style sheet of ours. */
export function styleSheet(css: string): Html {
  return new Html(`<style>${css}</style>`);
}

function markup(content: Content): string {
  if (content === null) return '';
  if (content instanceof Html) return content.text;
  if (typeof content === 'object') return content.map(markup).join('');
  return escapeMarkup(String(content));
}
