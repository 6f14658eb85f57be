// Text that must not be longer than so many bytes.

const encoder = new TextEncoder();
const ellipsis = '…';

/** The text if it fits into so many bytes of UTF-8, else its beginning and an ellipsis; whole code points only. */
export function cutToBytes(text: string, bytes: number): string {
  if (text.length * 3 <= bytes || Buffer.byteLength(text) <= bytes) return text;
  const room = new Uint8Array(Math.max(0, bytes - Buffer.byteLength(ellipsis)));
  return `${text.slice(0, encoder.encodeInto(text, room).read)}${ellipsis}`;
}
