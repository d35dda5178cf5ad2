export const SECTOR = 512;
const END_OF_CHAIN = 0xfffffffe;

/**
 * A compound file as Office writes it, with streams in their own sectors.
 *
 * @param scattered  no two sectors of a stream are adjacent or in order
 */
export function ole(streams: Readonly<Record<string, Buffer>>, scattered = false): Buffer {
  // too long for the mini stream
  const contents = Object.entries(streams).map(([name, data]) => ({
    name,
    size: Math.max(data.length, 4096),
    sectors: Math.ceil(Math.max(data.length, 4096) / SECTOR),
    data,
  }));
  const directory = Math.ceil((contents.length + 1) / 4);
  const payload = contents.reduce((sum, { sectors }) => sum + sectors, 0);
  const fats = Math.ceil((payload + directory) / 127) + 1;
  const fat = Buffer.alloc(fats * SECTOR, 0xff);
  const data = Buffer.alloc((1 + fats + directory + payload) * SECTOR);
  const put = (n: number, bytes: Buffer): number => bytes.copy(data, (n + 1) * SECTOR);
  const chain = (numbers: readonly number[]): void =>
    numbers.forEach((n, i) => fat.writeUInt32LE(numbers[i + 1] ?? END_OF_CHAIN, 4 * n));
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(data);
  data.writeUInt16LE(9, 30);
  data.writeUInt16LE(6, 32);
  data.writeUInt32LE(fats, 44);
  data.writeUInt32LE(fats, 48);
  data.writeUInt32LE(4096, 56);
  data.fill(0xff, 60, 512);
  for (let n = 0; n < fats; n++) data.writeUInt32LE(n, 76 + 4 * n);
  const entries = Buffer.alloc(directory * SECTOR);
  const enter = (i: number, name: string, [type, start, size]: [number, number, number]): void => {
    entries.write(name, i * 128, 'utf16le');
    entries.writeUInt16LE(2 * (name.length + 1), i * 128 + 64);
    entries[i * 128 + 66] = type;
    entries.writeUInt32LE(start, i * 128 + 116);
    entries.writeUInt32LE(size, i * 128 + 120);
  };
  enter(0, 'Root Entry', [5, END_OF_CHAIN, 0]);
  chain(Array.from({ length: directory }, (_, i) => fats + i));
  let next = fats + directory;
  contents.forEach((stream, i) => {
    const numbers = Array.from({ length: stream.sectors }, (_, k) => next + k);
    if (scattered) numbers.reverse();
    next += stream.sectors;
    chain(numbers);
    numbers.forEach((n, k) => put(n, stream.data.subarray(k * SECTOR, (k + 1) * SECTOR)));
    enter(i + 1, stream.name, [2, numbers[0] ?? END_OF_CHAIN, stream.size]);
  });
  for (let n = 0; n < fats; n++) put(n, fat.subarray(n * SECTOR, (n + 1) * SECTOR));
  for (let n = 0; n < directory; n++) put(fats + n, entries.subarray(n * SECTOR, (n + 1) * SECTOR));
  return data;
}

/** The stream in which Windows' Packager keeps a file. */
export function native(file: Buffer): Buffer {
  const names = Buffer.concat([
    Buffer.from([2, 0]),
    Buffer.from('a.docm\0C:\\a.docm\0', 'latin1'),
    Buffer.from([0, 0, 3, 0]),
    Buffer.from([9, 0, 0, 0]),
    Buffer.from('C:\\a.tmp\0', 'latin1'),
  ]);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(file.length);
  const all = Buffer.concat([names, size, file, Buffer.from('a unicode name')]);
  const total = Buffer.alloc(4);
  total.writeUInt32LE(all.length);
  return Buffer.concat([total, all]);
}

/** Records of an old workbook. @param sheet  kind of its one sheet: 0 a sheet, 1 Excel 4 macros */
export function oldBook(sheet: number, ...before: number[]): Buffer {
  const bof = Buffer.from([0x09, 0x08, 4, 0, 0, 6, 5, 0]);
  const bound = Buffer.from([0x85, 0, 10, 0, 0, 0, 0, 0, 0, sheet, 2, 0, 0x41, 0x42]);
  return Buffer.concat([bof, Buffer.from(before), bound, Buffer.from([0x0a, 0, 0, 0])]);
}

/** A compound file (the format of old Office and of OLE objects) with one more stream in its directory. */
export function compoundFile(stream: string, at = 1024): Buffer {
  const data = Buffer.alloc(at + 512);
  Buffer.from('d0cf11e0a1b11ae1', 'hex').copy(data);
  data.write(stream, at + 128, 'utf16le');
  data.writeUInt16LE(2 * (stream.length + 1), at + 128 + 64);
  data[at + 128 + 66] = 2;
  return data;
}
