import { fileFormat } from './data/file-formats.ts';
import { badRequest } from './errors.ts';

/** So much of a file tells what it is; the first line of a study's event lines may go on behind it. */
export const CONTENT_BYTES = 2 ** 16;

export type OpenedContent = 'weights' | 'event lines' | 'json';

/** What a file is whose first bytes are these. Throws a bad request that says what it is instead, under this name. */
export function contentOf(head: Uint8Array, name: string): OpenedContent {
  if (isSafetensors(head)) return 'weights';
  const text = new TextDecoder().decode(head).trimStart();
  if (isEventLine(text)) return 'event lines';
  if (/^[{[]/.test(text)) return 'json';
  const format = fileFormat(head);
  const what = format === null ? 'nothing that this app opens' : `${format.name}, which this app does not open`;
  throw badRequest(`${name} is ${what}: ${OPENED}.`);
}

/** For the end of a sentence. */
const OPENED =
  'it opens folders and files of images as data sets, specs (JSON), event lines of studies (.ndjson) and weights (.safetensors)';

/** Eight bytes with the length of a header, then the header: an object of JSON. */
function isSafetensors(head: Uint8Array): boolean {
  if (head.length < 10 || head[8] !== '{'.charCodeAt(0)) return false;
  const length = new DataView(head.buffer, head.byteOffset).getBigUint64(0, true);
  return length >= 2n && length < 2n ** 31n;
}

/** Whether a text begins with an event of a run, or with the study of an export. */
function isEventLine(text: string): boolean {
  const [line = ''] = text.split('\n', 1);
  return /^\{.*"type"\s*:\s*"[a-z-]+\.[a-z-]+"/.test(line);
}

/** The text of one spec in a file of JSON. Throws a bad request where it holds none, or several. */
export function specTextIn(text: string, name: string): string {
  const json = jsonIn(text, name);
  const specs = isRecord(json) && Array.isArray(json.studies) ? json.studies : [json];
  const [spec] = specs;
  if (specs.length > 1) {
    throw badRequest(
      `${name} holds ${specs.length} studies, and the form of a new study takes one: open one of them alone.`,
    );
  }
  if (isRecord(spec) && ['base', 'model', 'dataset'].some((key) => key in spec)) return JSON.stringify(spec);
  throw badRequest(`${name} is JSON, but no spec of a study or of a run.`);
}

function jsonIn(text: string, name: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw badRequest(`${name} begins like JSON and is none: it may be cut off.`, { cause: error });
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
