/** A small zip writer for tests, so that each field can be wrong. Written after the format's notes. */
import { crc32, deflateRawSync } from 'node:zlib';

/** A member of a zip file, and what it claims falsely. */
export interface ZipMember {
  readonly name: string;
  readonly content: Buffer | string;
  /** Not compressed; default false. */
  readonly isStored?: boolean;
  readonly claimedCrc?: number;
  readonly claimedSize?: number;
}

/** The bytes of a zip file. */
export function zip(members: readonly ZipMember[]): Buffer {
  const local: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, content, isStored = false, claimedCrc, claimedSize } of members) {
    const bytes = Buffer.from(content);
    const packed = isStored ? bytes : deflateRawSync(bytes);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0); // version needed
    fields.writeUInt16LE(isStored ? 0 : 8, 4);
    fields.writeUInt32LE(claimedCrc ?? crc32(bytes), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(claimedSize ?? bytes.length, 18);
    fields.writeUInt16LE(Buffer.byteLength(name), 22);
    const header = Buffer.concat([Buffer.from('PK\x03\x04'), fields, Buffer.from(name)]);
    const place = Buffer.alloc(14); // comment, disk, attributes; then the offset
    place.writeUInt32LE(offset, 10);
    const entry = [Buffer.from('PK\x01\x02\x14\x00'), fields, place, Buffer.from(name)];
    local.push(header, packed);
    central.push(Buffer.concat(entry));
    offset += header.length + packed.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(members.length, 4);
  end.writeUInt16LE(members.length, 6);
  end.writeUInt32LE(directory.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...local, directory, Buffer.from('PK\x05\x06'), end]);
}
