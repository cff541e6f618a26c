/** The first byte of a whole message of text (RFC 6455, section 5.2). */
const finalText = 0x81;
const largestShort = 125;
const largestMedium = 0xffff;

/**
 * A message as it goes over the wire. What a server sends is not masked, so that the same bytes are good for every
 * socket.
 */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const begin = length <= largestShort ? 2 : length <= largestMedium ? 4 : 10;
  const frame = Buffer.allocUnsafeSlow(begin + length);
  frame[0] = finalText;
  if (begin === 2) {
    frame[1] = length;
  } else if (begin === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, begin);
  return frame;
}
