import { BinaryReader, BinaryWriter, type WireType } from '@bufbuild/protobuf/wire';

/**
 * Reads a protocol buffer field by field: what `fields` does not know by its number is passed over.
 * https://protobuf.dev/programming-guides/encoding/
 */
export function readMessage(bytes: Uint8Array, fields: Readonly<Record<number, (reader: BinaryReader) => void>>): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, type]: [number, WireType] = reader.tag();
    const read = fields[number];
    if (read) read(reader);
    else reader.skip(type, number);
  }
}

/** A message whose first field is an enumeration or a whole number. */
export const numberMessage = (value: number): Uint8Array =>
  new BinaryWriter()
    .uint32((1 << 3) | 0)
    .int32(value)
    .finish();

/** A message whose first field is bytes. */
export const bytesMessage = (value: Uint8Array): Uint8Array =>
  new BinaryWriter()
    .uint32((1 << 3) | 2)
    .bytes(value)
    .finish();
