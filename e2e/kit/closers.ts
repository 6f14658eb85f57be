// What a test has started, ended in reverse.

export interface Closers {
  add(closer: () => Promise<unknown>): void;
  /** The latest first; may be called again. Everything is ended, then the first failure is thrown. */
  close(): Promise<void>;
}

/** If `build` fails, what it has started until then is ended. */
export async function closedOnFailure<T>(build: (closers: Closers) => Promise<T>): Promise<T> {
  const open: (() => Promise<unknown>)[] = [];
  const close = async () => {
    const failures: unknown[] = [];
    for (const closer of open.splice(0).reverse()) await closer().catch((error) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  };
  const closers = { add: (closer: () => Promise<unknown>) => void open.push(closer), close };
  try {
    return await build(closers);
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}
