import { escapeMarkup } from './inert-text.ts';

/** Markup that is safe to insert: only `html` makes it, and escapes everything else. */
class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type { Html };

type Content = Html | string | number | null | readonly Content[];

/** A piece of HTML; inserted values are escaped unless they are such pieces themselves. */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(
    strings.map((part, index) => part + (index < contents.length ? markup(contents[index]) : '')).join(''),
  );
}

/** One of our drawings for use within a page: without the declarations of a separate file, and with unique ids. */
export function inlineSvg(svg: string, name: string): Html {
  const element = svg.slice(svg.indexOf('<svg '));
  return new Html(
    element
      .replace(/^<svg [^>]*>/, (tag) => tag.replaceAll(/ xmlns(:\w+)?="[^"]*"/g, ''))
      .replaceAll(/<[^>]+>/g, (tag) => tag.replaceAll(/(id="|url\(#)clip/g, `$1${name}-clip`)),
  );
}

/** Text that keeps its line ends and spaces. */
export function preformatted(text: string): Html {
  return new Html(`<pre><code>${text.split('\n').map(escapeMarkup).join('\n')}</code></pre>`);
}

/** One of our style sheets. */
export function styleSheet(css: string): Html {
  return new Html(`<style>${css}</style>`);
}

function markup(content: Content): string {
  if (content === null) return '';
  if (content instanceof Html) return content.text;
  if (typeof content === 'object') return content.map(markup).join('');
  return escapeMarkup(String(content));
}
