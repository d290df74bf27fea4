import { crc32, deflateRawSync } from 'node:zlib';

export interface TinyArray {
  /** As NumPy names it, such as `|u1`. */
  readonly type: string;
  readonly shape: readonly number[];
  readonly values: Uint8Array;
  readonly isFortranOrder?: boolean;
}

/** Four arrays of two and one 2x2 images. */
export function tinyArrays(): Record<string, TinyArray> {
  return {
    x_train: { type: '|u1', shape: [2, 2, 2], values: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) },
    y_train: { type: '|u1', shape: [2], values: Uint8Array.of(1, 0) },
    x_test: { type: '|u1', shape: [1, 2, 2], values: Uint8Array.of(9, 10, 11, 12) },
    y_test: { type: '|u1', shape: [1], values: Uint8Array.of(1) },
  };
}

/** A .npy file of version 1. */
export function npyBytes({ type, shape, values, isFortranOrder = false }: TinyArray): Buffer {
  const order = isFortranOrder ? 'True' : 'False';
  const text = `{'descr': '${type}', 'fortran_order': ${order}, 'shape': (${shape.map((size) => `${size},`).join(' ')}), }\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(text.length);
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, Buffer.from(text), values]);
}

/** A zip file of the members as they are, or deflated. */
export function zipBytes(members: Readonly<Record<string, Uint8Array>>, isPacked = false): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let position = 0;
  for (const [name, bytes] of Object.entries(members)) {
    const stored = isPacked ? deflateRawSync(bytes) : bytes;
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(isPacked ? 8 : 0, 4);
    fields.writeUInt32LE(crc32(bytes), 10);
    fields.writeUInt32LE(stored.length, 14);
    fields.writeUInt32LE(bytes.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name), stored]);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(position, 10);
    const madeBy = Buffer.from('PK\x01\x02\x14\x00', 'latin1');
    directory.push(Buffer.concat([madeBy, fields, place, Buffer.from(name)]));
    parts.push(local);
    position += local.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(position, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

export function npzBytes(arrays: Readonly<Record<string, TinyArray>>, isPacked = false): Buffer {
  const members = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, npyBytes(array)] as const);
  return zipBytes(Object.fromEntries(members), isPacked);
}
