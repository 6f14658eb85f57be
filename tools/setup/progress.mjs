// Says which step runs, how far it is and how long it took.

const heartbeatMs = 10_000;

/** Runs `work` as step `index` of `count`; a step that takes long is heard of every ten seconds. */
export async function reported({ index, count, title, say }, work) {
  const label = `[${index}/${count}] ${title}`;
  const start = performance.now();
  const elapsed = () => duration(performance.now() - start);
  let now = 'working';
  const note = (text) => {
    now = text;
    say(`${label}: ${text}`);
  };
  const heartbeat = setInterval(() => say(`${label}: ${now}, ${elapsed()} so far`), heartbeatMs);
  try {
    await work(note);
    say(`${label}: done in ${elapsed()}`);
  } finally {
    clearInterval(heartbeat);
  }
}

/** `850 ms`, `12 s`, `3 min 20 s` */
export function duration(ms) {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
