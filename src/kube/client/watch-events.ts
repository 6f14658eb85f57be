// From the byte stream of a watch to batches of events.
import type { WatchEvent } from '../api.ts';
import { noAnswer, type RequestName, statusError } from './api-errors.ts';
import { isRawObject, parseJson, resourceVersionOf } from './json.ts';
import { createLineSplitter, maxLineBytes } from './watch-lines.ts';

/**
 * One batch for each chunk that holds events. What came before an ERROR event or a broken line is delivered, then an
 * ApiError is thrown. A stream that ends inside a line was cut: that line is never delivered.
 */
export async function* readEvents(
  chunks: AsyncIterable<Buffer>,
  request: RequestName,
): AsyncGenerator<readonly WatchEvent[]> {
  const splitter = createLineSplitter();
  for await (const chunk of chunks) {
    const { lines, tooLong } = splitter.push(chunk);
    const { events, failure } = readLines(lines, request);
    if (events.length > 0) yield events;
    if (failure !== undefined) throw failure;
    if (tooLong) throw noAnswer(request, new Error(`a line of the watch is over ${maxLineBytes} bytes long`));
  }
  if (splitter.unfinished() > 0) throw noAnswer(request, new Error('the watch was cut inside an event'));
}

function readLines(lines: readonly string[], request: RequestName) {
  const events: WatchEvent[] = [];
  for (const line of lines) {
    try {
      const event = readLine(line, request);
      if (event !== undefined) events.push(event);
    } catch (failure) {
      return { events, failure };
    }
  }
  return { events, failure: undefined };
}

/** Undefined: a type of event that is not known here. */
function readLine(line: string, request: RequestName): WatchEvent | undefined {
  const parsed = parseJson(line);
  if (parsed === undefined) throw noAnswer(request, new Error('an event of the watch is not JSON'));
  const { type, object } = isRawObject(parsed) ? parsed : {};
  if (typeof type !== 'string') throw noAnswer(request, new Error('an event of the watch has no type'));
  if (!isRawObject(object)) throw noAnswer(request, new Error('an event of the watch has no object'));
  if (type === 'ERROR') throw statusError(request, object);
  if (type !== 'BOOKMARK' && type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED') return undefined;
  const resourceVersion = resourceVersionOf(object);
  if (resourceVersion === undefined)
    throw noAnswer(request, new Error('an event of the watch has no resourceVersion'));
  return type === 'BOOKMARK' ? { type, resourceVersion } : { type, object, resourceVersion };
}
