/** The first byte of a whole message of text (RFC 6455, section 5.2). */
const finalText = 0x81;
const largestShort = 125;
const largestMedium = 0xffff;

/** A message as it goes over the wire. What a server sends is not masked. */
export function textFrame(begin: Buffer, rest: Buffer): Buffer {
  const length = begin.length + rest.length;
  const head = length <= largestShort ? 2 : length <= largestMedium ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = finalText;
  if (head === 2) {
    frame[1] = length;
  } else if (head === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  begin.copy(frame, head);
  rest.copy(frame, head + begin.length);
  return frame;
}
