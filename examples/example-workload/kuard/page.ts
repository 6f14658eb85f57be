// What kuard says about a request: as JSON for programs, as a page for people.

/** What one answer tells. Header names are lower case; one that came several times has its values joined. */
export interface Report {
  readonly host: string;
  readonly version: string;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly httpVersion: string;
    /** Address of the connection's other end: Envoy's, behind Envoy. */
    readonly from: string;
    readonly headers: Readonly<Record<string, string>>;
  };
}

/** Does this Accept header, or `?format=json` in the URL, ask for JSON? */
export function wantsJson(accept: string | undefined, url: string): boolean {
  if (new URL(url, 'http://kuard').searchParams.get('format') === 'json') return true;
  return accept?.split(',').some((type) => /^\s*application\/json\s*(;|$)/.test(type)) === true;
}

/** A page without scripts; every text of the client is escaped. */
export function toHtml({ host, version, request }: Report): string {
  const rows = [
    ['Host name', host],
    ['Version', version],
    ['Request', `${request.method} ${request.url} HTTP/${request.httpVersion}`],
    ['From', request.from],
  ];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>kuard ${escapeHtml(version)}</title>
<style>body{font:16px/1.5 sans-serif;max-width:50em;margin:2em auto;padding:0 1em}th{text-align:left;padding-right:2em;vertical-align:top}td{overflow-wrap:anywhere}</style>
<h1>kuard ${escapeHtml(version)}</h1>
${table(rows)}
<h2>Request headers</h2>
${table(Object.entries(request.headers))}
</html>
`;
}

function table(rows: readonly (readonly string[])[]): string {
  const lines = rows.map(
    ([name = '', value = '']) => `<tr><th>${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return `<table>\n${lines.join('\n')}\n</table>`;
}

/** Text as HTML shows it, in elements and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
