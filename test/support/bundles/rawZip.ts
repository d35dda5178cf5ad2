import { crc32, deflateRawSync } from 'node:zlib';

/** An entry of a zip exactly as given, as no honest program would write it. */
export interface RawEntry {
  readonly name: string | Buffer;
  readonly data?: Buffer | string;
  /** POSIX mode, such as 0o120777 for a symbolic link. */
  readonly mode?: number;
  /** Compressed with deflate. */
  readonly packed?: boolean;
  /** What the directory says of its size; by default the truth. */
  readonly saysSize?: number;
  readonly encrypted?: boolean;
  /** It has no data of its own: its place in the directory leads to that of the entry before. */
  readonly overlaps?: boolean;
}

interface Laid {
  readonly local: Buffer;
  readonly central: Buffer;
}

/** Fields that the local header and the directory have in common, from the needed version on. */
function commonFields(entry: RawEntry, name: Buffer, data: Buffer, stored: Buffer): Buffer {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(entry.encrypted ? 0x801 : 0x800, 2);
  fields.writeUInt16LE(entry.packed ? 8 : 0, 4);
  fields.writeUInt32LE(crc32(data), 10);
  fields.writeUInt32LE(stored.length, 14);
  fields.writeUInt32LE(entry.saysSize ?? data.length, 18);
  fields.writeUInt16LE(name.length, 22);
  return fields;
}

function layOut(entry: RawEntry, data: Buffer, stored: Buffer, offset: number): Laid {
  const name = Buffer.from(entry.name);
  const fields = commonFields(entry, name, data, stored);
  const local = entry.overlaps ? [] : [Buffer.from('PK\x03\x04'), fields, name, stored];
  const made = Buffer.from([20, 3]);
  const rest = Buffer.alloc(14);
  rest.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 6);
  rest.writeUInt32LE(offset, 10);
  return {
    local: Buffer.concat(local),
    central: Buffer.concat([Buffer.from('PK\x01\x02'), made, fields, rest, name]),
  };
}

/** What follows the directory; with more entries than its oldest record can count, the records of zip64 come before it. */
function endRecords(count: number, size: number, offset: number): Buffer {
  const many = count > 0xffff;
  const wide = Buffer.alloc(many ? 76 : 0);
  if (many) {
    wide.writeUInt32LE(0x06064b50, 0);
    wide.writeBigUInt64LE(44n, 4);
    for (const at of [24, 32]) wide.writeBigUInt64LE(BigInt(count), at);
    wide.writeBigUInt64LE(BigInt(size), 40);
    wide.writeBigUInt64LE(BigInt(offset), 48);
    wide.writeUInt32LE(0x07064b50, 56);
    wide.writeBigUInt64LE(BigInt(offset + size), 64);
    wide.writeUInt32LE(1, 72);
  }
  const record = Buffer.alloc(22);
  record.writeUInt32LE(0x06054b50, 0);
  for (const at of [8, 10]) record.writeUInt16LE(Math.min(count, 0xffff), at);
  record.writeUInt32LE(size, 12);
  record.writeUInt32LE(many ? 0xffffffff : offset, 16);
  return Buffer.concat([wide, record]);
}

/** The bytes of a zip with these entries. @param saysCount  of entries, in its end record; by default the truth */
export function rawZip(entries: readonly RawEntry[], saysCount = entries.length): Buffer {
  const laid: Laid[] = [];
  let [end, last, data, stored] = [0, 0, Buffer.alloc(0), Buffer.alloc(0)];
  for (const entry of entries) {
    if (!entry.overlaps) {
      last = end;
      data = Buffer.from(entry.data ?? '');
      stored = entry.packed ? deflateRawSync(data) : data;
    }
    const next = layOut(entry, data, stored, last);
    end += next.local.length;
    laid.push(next);
  }
  const directory = Buffer.concat(laid.map(({ central }) => central));
  return Buffer.concat([
    ...laid.map(({ local }) => local),
    directory,
    endRecords(saysCount, directory.length, end),
  ]);
}
