import { startsLike } from '#core/data/file-formats.ts';
import { AppError, badRequest } from '#core/errors.ts';
import { WEIGHTS_LIMIT } from '../files/limits.ts';
import { headOfOrdinary } from '../files/ordinary-file.ts';

/** Enough to tell formats apart, also by the first name in a zip archive. */
const START_BYTES = 512;
const SAFETENSORS_ENDING = '.safetensors';
/** A header follows the 8 bytes of its length, and begins like this. It is shorter than 2^32 bytes. */
const BRACE = 0x7b;
const HEADER_AT = 8;
const ZEROS_AT = 4;

/** Throws a bad request for a file of another format than safetensors, which its bytes tell, or its name where they do not. */
export async function refuseOtherFormats(path: string): Promise<void> {
  const start = await headOfOrdinary(path, WEIGHTS_LIMIT, START_BYTES);
  if (start.length === 0) throw badRequest(`${path} is empty: copy or download it again.`);
  if (looksSound(start)) return;
  const format = formatOf(start) ?? formatNamed(path);
  if (format === null) return;
  if (format === 'pickle') throw pickleRefused(path);
  throw badRequest(`${path} is ${format}: ${ADVICE}.`);
}

function looksSound(start: Buffer): boolean {
  return start[HEADER_AT] === BRACE && start.subarray(ZEROS_AT, HEADER_AT).every((byte) => byte === 0);
}

function formatNamed(path: string): string | null {
  return NAMED.find(({ pattern }) => pattern.test(path))?.format ?? null;
}

const ADVICE =
  'only safetensors files are read, so load it with the library that wrote it, and save its tensors as safetensors';

const KERAS = "a file of Keras' weights";
const CHECKPOINT = 'part of a TensorFlow checkpoint';

/** For files whose bytes say nothing. */
const NAMED: readonly { readonly pattern: RegExp; readonly format: string }[] = [
  { pattern: /\.(pth|pt|bin|ckpt|pkl|pth\.tar)$/i, format: 'pickle' },
  { pattern: /\.onnx$/i, format: 'an ONNX model' },
  { pattern: /\.(h5|hdf5|keras)$/i, format: KERAS },
  { pattern: /(\.ckpt|model|variables)?\.(index|meta|data-\d{5}-of-\d{5})$|(^|[\\/])checkpoint$/i, format: CHECKPOINT },
  { pattern: /\.pb$/i, format: 'a TensorFlow graph' },
  { pattern: /\.npz$/i, format: "an archive of NumPy's arrays" },
];

/** What formats begin with; `?` stands for any byte. */
const BEGINNINGS: readonly { readonly bytes: string; readonly format: string }[] = [
  { bytes: '\x89HDF\r\n\x1a\n', format: KERAS },
  { bytes: 'GGUF', format: 'a GGUF model' },
  { bytes: '????TFL3', format: 'a TensorFlow Lite model' },
  { bytes: '\x93NUMPY', format: 'an array of NumPy' },
  { bytes: 'version https://git-lfs', format: 'the pointer of Git LFS to a file that was not downloaded' },
];
const ZIP = 'PK\x03\x04';
/** Protocols 2 to 5. */
const PICKLES = ['\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05'];
/** Field 1 of ONNX is the version of its format; field 2 the program that wrote it, field 3 the program's version. */
const ONNX = { version: 0x08, mostVersion: 0x1f, next: [0x12, 0x1a] };

/** What the first bytes say; null where they say nothing. */
function formatOf(start: Buffer): string | null {
  if (startsLike(start, ZIP)) return zipFormat(start.toString('latin1'));
  if (PICKLES.some((bytes) => startsLike(start, bytes))) return 'pickle';
  const [first, second, third] = start;
  if (first === ONNX.version && second <= ONNX.mostVersion && ONNX.next.includes(third)) return 'an ONNX model';
  return BEGINNINGS.find(({ bytes }) => startsLike(start, bytes))?.format ?? null;
}

/** By the first name in the archive: torch.save writes `<name>/data.pkl`, Keras 3 `metadata.json`, NumPy `<name>.npy`. */
function zipFormat(text: string): string {
  const name = text.slice(30, 30 + text.charCodeAt(26) + 256 * text.charCodeAt(27));
  if (/(^|\/)(data\.pkl|\.format_version|\.storage_alignment|byteorder|version)$/.test(name)) return 'pickle';
  if (/(^|\/)(metadata\.json|config\.json|model\.weights\.h5)$/.test(name)) return KERAS;
  return name.endsWith('.npy') ? "an archive of NumPy's arrays" : 'a zip archive';
}

/** A pickle runs any program when it is opened. The lines clone each tensor, since safetensors refuses shared memory and gaps. */
function pickleRefused(path: string): AppError {
  const stem = path.replace(/\.(pth\.tar|[^./\\]+)$/i, '');
  const target = `${path.endsWith(SAFETENSORS_ENDING) ? `${stem}-converted` : stem}${SAFETENSORS_ENDING}`;
  const lines = [
    `import torch, safetensors.torch; saved = torch.load(${pythonText(path)}, map_location="cpu", weights_only=True)`,
    `safetensors.torch.save_file({k: v.clone().contiguous() for k, v in saved.get("state_dict", saved.get("model", saved)).items() if torch.is_tensor(v)}, ${pythonText(target)})`,
  ];
  return new AppError(
    'bad-request',
    `${path} is a pickle of PyTorch, which could run any program: make safetensors of it with these two lines of Python, then give ${target}.`,
    { lines },
  );
}

/** JSON writes texts as Python reads them. */
function pythonText(text: string): string {
  return JSON.stringify(text);
}
