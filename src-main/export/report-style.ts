/** Styles for light and dark, narrow and wide screens, and for A4. Nothing is fetched: the fonts are the system's. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --ground: #fff; --raised: #f5f5f7; --text: #1a1a1c; --muted: #5c5c66; --line: #d9d9de; --accent: #0b57a4; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #151517; --raised: #212125; --text: #ececee; --muted: #a3a3ad; --line: #3a3a40; --accent: #7db7f0; } }
body { margin: 2rem auto 4rem; max-width: 60rem; padding: 0 1rem; background: var(--ground); color: var(--text);
  font: 14px/1.5 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin-bottom: 0.25rem; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 0.5rem; border-bottom: 1px solid var(--line); padding-bottom: 0.25rem; }
h3 { font-size: 1rem; margin: 1.75rem 0 0.5rem; }
p { margin: 0.5rem 0; max-width: 50rem; } ul { margin: 0.5rem 0; padding-left: 1.25rem; max-width: 50rem; } li { margin: 0.25rem 0; }
.muted { color: var(--muted); } .question { font-size: 1.05rem; }
.mark { display: inline-block; border: 1px solid var(--line); border-radius: 3px; padding: 0 0.35rem; margin-right: 0.25rem; color: var(--muted);
  font-size: 12px; line-height: 1.35; } .shown { color: var(--accent); border-color: var(--accent); }
.warning { border-left: 3px solid #d08700; padding: 0.25rem 0.75rem; background: var(--raised); }
.wide { overflow-x: auto; margin: 0.75rem 0; }
table { border-collapse: collapse; width: 100%; font-size: 13px; line-height: 1.4; overflow-wrap: normal; }
caption { text-align: left; color: var(--muted); padding-bottom: 0.4rem; }
th, td { border-bottom: 1px solid var(--line); padding: 0.25rem 0.75rem 0.25rem 0; vertical-align: top; }
th { vertical-align: bottom; font-weight: 600; } th:last-child, td:last-child { padding-right: 0; }
.text { text-align: left; } .number { text-align: right; white-space: nowrap; }
figure { margin: 1.25rem 0; } figure svg { display: block; width: 100%; height: auto; background: #fff; border-radius: 4px; }
figcaption { color: var(--muted); font-size: 13px; margin-top: 0.4rem; max-width: 50rem; }
pre { background: var(--raised); border: 1px solid var(--line); border-radius: 4px; padding: 0.75rem; overflow-x: auto; font: 12px/1.45 ui-monospace,
  SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
code { font: 0.92em ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
@page { size: A4; margin: 18mm 16mm 20mm; }
@media print {
  :root { color-scheme: light; --ground: #fff; --raised: #f7f7f8; --text: #000; --muted: #404040; --line: #bbb; --accent: #0b57a4; }
  body { margin: 0; padding: 0; max-width: none; font-size: 9.5pt; } table { font-size: 8pt; } figcaption { font-size: 8.5pt; } pre { font-size: 7.5pt; }
  h1, h2, h3, caption { break-after: avoid; } figure, tr, .keep { break-inside: avoid; } thead { display: table-header-group; }
  p, ul { max-width: none; orphans: 3; widows: 3; } .wide { overflow: visible; } .number { white-space: normal; } }
`;
