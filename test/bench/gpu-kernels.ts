/**
 * Has a GPU a kernel for every node of every graph? The CUDA build of TensorFlow is set up in a folder of its own, as on a machine with an
 * NVIDIA GPU (3 GB to download, 5.5 GB on disk), and its registry is asked through its C interface: no GPU and no driver is needed.
 *
 *   node test/bench/gpu-kernels.ts                           in a temporary folder, which is removed
 *   node test/bench/gpu-kernels.ts --folder DIR              in a folder that is kept, so that a second call takes seconds
 *   node test/bench/gpu-kernels.ts --folder DIR --write      and notes for the tests what is registered: after a new version of TensorFlow,
 *                                                            and for an operation that no graph had before
 *
 * Graphs: each kind of network, trained in all ways at all depths, evaluated and merged; those of the cache, the profile and `predict` are parts
 * of these. Ends with 1 where a node has no kernel.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { provide } from '../../src-main/setup/cache.mjs';
import { wheelItem } from '../../src-main/setup/steps/tensorflow-wheel.mjs';
import { tensorflowVersion } from '../../src-main/setup/versions.mjs';
import type { BuiltCase, NamedGraph } from '../support/gpu-graphs.ts';
import { EVERY_NETWORK, graphsOf, nodesOf } from '../support/gpu-graphs.ts';
import type { Argument, GpuRegistry, RegisteredKernel, RegisteredOperation } from '../support/gpu-registry.ts';
import { gpuKernelOf, gpuRegistry, REGISTRY_FILE } from '../support/gpu-registry.ts';

/** TensorFlow's numbers of the types that a graph may have, now or with halves. */
const TYPES: Readonly<Record<number, string>> = {
  1: 'float',
  2: 'double',
  3: 'integer',
  10: 'boolean',
  14: 'bfloat16',
  19: 'half',
  20: 'resource',
};

interface FieldReader {
  nextField(): boolean;
  getFieldNumber(): number;
  isEndGroup(): boolean;
  readString(): string;
  readBytes(): Uint8Array;
  readMessage<M>(message: M, read: (message: M, reader: FieldReader) => void): void;
  skipField(): void;
}

interface AttributeMessage {
  getType(): number;
  getList(): { getTypeList(): readonly number[] } | undefined;
}

interface ArgumentMessage {
  getName(): string;
  getNumberAttr(): string;
  getTypeListAttr(): string;
}

interface OperationMessage {
  getName(): string;
  getInputArgList(): readonly ArgumentMessage[];
  getOutputArgList(): readonly ArgumentMessage[];
  getAttrList(): readonly { getName(): string; getType(): string; getDefaultValue(): AttributeMessage | undefined }[];
}

const fromPackage = createRequire(createRequire(import.meta.url).resolve('@tensorflow/tfjs-node-gpu/package.json'));
const { BinaryReader }: { BinaryReader: new (bytes: Uint8Array) => FieldReader } = fromPackage('google-protobuf');
const messages: {
  AttrValue: { deserializeBinary(bytes: Uint8Array): AttributeMessage };
  OpList: { deserializeBinary(bytes: Uint8Array): { getOpList(): readonly OperationMessage[] } };
} = fromPackage('./dist/proto/api_pb.js');

const { values: options } = parseArgs({
  options: { folder: { type: 'string' }, write: { type: 'boolean', default: false } },
});

const temporary = mkdtempSync(join(tmpdir(), 'freezeout-gpu-'));
try {
  process.env.FREEZEOUT_LAB_CACHE = options.folder ?? temporary;
  const registry = await registryOf(await provide(wheelItem('gpu'), console.log));
  process.exitCode = judge(registry) ? 0 : 1;
} finally {
  rmSync(temporary, { recursive: true });
}

async function registryOf(wheel: string): Promise<GpuRegistry> {
  const [kernelsFile, operationsFile] = [join(temporary, 'kernels'), join(temporary, 'operations')];
  const script = fileURLToPath(new URL('registered_kernels.py', import.meta.url));
  execFileSync('python3', [script, join(wheel, 'tensorflow'), kernelsFile, operationsFile], {
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: '3' },
  });
  const kernels = readKernels(readFileSync(kernelsFile));
  const known = messages.OpList.deserializeBinary(readFileSync(operationsFile)).getOpList();
  const contained = new Set([true, false].flatMap((usesGpu) => operationsOf(usesGpu)));
  const operations = known.filter((operation) => contained.has(operation.getName()));
  return {
    tensorflow: tensorflowVersion,
    operations: Object.fromEntries(
      operations
        .map((operation): [string, RegisteredOperation] => [operation.getName(), described(operation, kernels)])
        .sort(([first], [second]) => (first < second ? -1 : 1)),
    ),
  };
}

function operationsOf(usesGpu: boolean): readonly string[] {
  const graphs = EVERY_NETWORK.flatMap((of) => formsOf(of, usesGpu));
  return graphs.flatMap(({ graph }) => nodesOf(graph).map(({ operation }) => operation));
}

/** For a GPU with the channels of images last, and first. */
function formsOf(of: BuiltCase, usesGpu: boolean): readonly NamedGraph[] {
  const orders = usesGpu ? [false, true] : [false];
  return orders.flatMap((putsChannelsFirst) => graphsOf(of, usesGpu, { putsChannelsFirst }));
}

function described(
  operation: OperationMessage,
  kernels: ReadonlyMap<string, readonly RegisteredKernel[]>,
): RegisteredOperation {
  const defaults = operation.getAttrList().flatMap((attribute) => {
    const type = TYPES[attribute.getDefaultValue()?.getType() ?? 0];
    return attribute.getType() === 'type' && type !== undefined ? [[attribute.getName(), type]] : [];
  });
  return {
    inputs: operation.getInputArgList().map(argumentOf),
    outputs: operation.getOutputArgList().map(argumentOf),
    defaults: Object.fromEntries(defaults),
    kernels: kernels.get(operation.getName()) ?? [],
  };
}

function argumentOf(argument: ArgumentMessage): Argument {
  const times = argument.getNumberAttr() || argument.getTypeListAttr();
  return { name: argument.getName(), ...(times === '' ? {} : { times }) };
}

/** What to do with each field of a message, by its number; others are skipped. */
type Fields = Readonly<Record<number, (reader: FieldReader) => void>>;

/** `KernelList` of kernel_def.proto, for which the package has no class: those kernels that a GPU may use, by operation. */
function readKernels(bytes: Uint8Array): ReadonlyMap<string, readonly RegisteredKernel[]> {
  const kernels = new Map<string, RegisteredKernel[]>();
  readFields(new BinaryReader(bytes), {
    1: (list) => {
      const { operation, device, label, types, host } = readKernel(list);
      const isOurs = Object.values(types).every((allowed) => allowed.length > 0);
      if (!isOurs || label !== '' || (device !== 'GPU' && device !== 'DEFAULT')) return;
      kernels.set(operation, [...(kernels.get(operation) ?? []), { device, types, host }]);
    },
  });
  return kernels;
}

function readKernel(list: FieldReader) {
  const types: Record<string, readonly string[]> = {};
  const kernel = { operation: '', device: '', label: '', types, host: [] as string[] };
  list.readMessage(kernel, (_, reader) =>
    readFields(reader, {
      1: (field) => {
        kernel.operation = field.readString();
      },
      2: (field) => {
        kernel.device = field.readString();
      },
      3: (field) => readConstraint(field, types),
      4: (field) => kernel.host.push(field.readString()),
      5: (field) => {
        kernel.label = field.readString();
      },
    }),
  );
  return kernel;
}

function readConstraint(reader: FieldReader, types: Record<string, readonly string[]>): void {
  const constraint = { name: '', allowed: [] as string[] };
  reader.readMessage(constraint, (_, inner) =>
    readFields(inner, {
      1: (field) => {
        constraint.name = field.readString();
      },
      2: (field) => {
        const list = messages.AttrValue.deserializeBinary(field.readBytes()).getList()?.getTypeList() ?? [];
        constraint.allowed = list.flatMap((type) => TYPES[type] ?? []);
      },
    }),
  );
  types[constraint.name] = constraint.allowed;
}

function readFields(reader: FieldReader, fields: Fields): void {
  while (reader.nextField() && !reader.isEndGroup()) {
    const read = fields[reader.getFieldNumber()];
    if (read === undefined) reader.skipField();
    else read(reader);
  }
}

function judge(registry: GpuRegistry): boolean {
  const text = `${JSON.stringify(registry, null, 1).replaceAll(/\n {4,}|\n {3}(?=[\]}])/g, ' ')}\n`;
  if (options.write) writeFileSync(REGISTRY_FILE, text);
  else if (JSON.stringify(registry) !== JSON.stringify(gpuRegistry())) {
    console.log(`${fileURLToPath(REGISTRY_FILE)} has something else: run this with --write.`);
  }
  const counts = new Map<string, { nodes: number; without: number }>();
  for (const { graph } of EVERY_NETWORK.flatMap((of) => formsOf(of, true))) {
    for (const node of nodesOf(graph)) {
      const count = counts.get(node.operation) ?? { nodes: 0, without: 0 };
      count.nodes++;
      if (gpuKernelOf(registry, node) === null) count.without++;
      counts.set(node.operation, count);
    }
  }
  for (const [operation, { nodes, without }] of [...counts].sort()) {
    console.log(
      `${operation.padEnd(45)} ${`${nodes}`.padStart(6)} nodes${without === 0 ? '' : `, ${without} WITHOUT A KERNEL`}`,
    );
  }
  const missing = [...counts.values()].filter(({ without }) => without > 0);
  console.log(
    `TensorFlow ${registry.tensorflow}: ${missing.length} of ${counts.size} operations lack a kernel for a GPU.`,
  );
  return missing.length === 0;
}
