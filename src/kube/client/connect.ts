// From what the user names to a KubeConfig that can be used, or one line that says what is wrong with it.
import { X509Certificate } from 'node:crypto';
import { accessSync, constants, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { createSecureContext } from 'node:tls';
import { bufferFromFileOrString, KubeConfig, makeAbsolutePath } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { plainWords } from '../../dag/user-text.ts';
import { messageOf } from '../../runtime/errors.ts';
import { StartError } from '../../runtime/start-error.ts';
import { reasonOf } from '../manifests/system-error.ts';
import { isRawObject } from './json.ts';
import { isLocalHttp } from './kube-config.ts';

export type Place =
  | { readonly kind: 'kubeconfig'; readonly path: string }
  /** `root`: the directory below which the service account's files lie; default `/`. */
  | { readonly kind: 'incluster'; readonly root?: string };

/** Opens no connection: whether the server answers, and takes the credentials, shows later. Throws a StartError. */
export function connect(place: Place): KubeConfig {
  return place.kind === 'kubeconfig' ? fromFile(place.path) : fromCluster(place.root ?? '');
}

function fromFile(path: string): KubeConfig {
  const kubeConfig = new KubeConfig();
  const text = readText(path);
  if (text.trim() === '') throw new StartError(`${path} is empty; give another with --kubeconfig`);
  try {
    kubeConfig.loadFromString(text);
    // As the library resolves them: against the kubeconfig's own directory.
    kubeConfig.makePathsAbsolute(dirname(path));
    useTokenFiles(kubeConfig, { text, directory: dirname(path) });
  } catch (error) {
    throw new StartError(`${path} is no kubeconfig: ${wordsOf(error)}; give another with --kubeconfig`);
  }
  check(kubeConfig, { what: path, remedy: 'correct it, or give another with --kubeconfig' });
  return kubeConfig;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new StartError(`${path} cannot be read: ${reasonOf(error)}; give a kubeconfig with --kubeconfig`);
  }
}

/** What a YAML parser says quotes the lines around the mistake, and these may be keys and tokens. */
function wordsOf(error: unknown): string {
  if (error instanceof Error && error.name.startsWith('YAML')) return 'it is not YAML';
  // The library trips over documents of another shape.
  if (error instanceof TypeError) return 'it is not a kubeconfig document';
  return plainWords(messageOf(error), 200);
}

/** The library knows `token-file` alone, and reads it once; kubeconfigs have `tokenFile`, and it changes. */
function useTokenFiles(
  kubeConfig: KubeConfig,
  file: { readonly text: string; readonly directory: string },
): void {
  const document: unknown = parse(file.text, { logLevel: 'silent' });
  const entries: unknown = isRawObject(document) ? document.users : undefined;
  const tokenFiles = new Map<unknown, string>();
  for (const entry of Array.isArray(entries) ? entries.filter(isRawObject) : []) {
    const tokenFile = isRawObject(entry.user) ? entry.user.tokenFile : undefined;
    if (typeof tokenFile === 'string' && tokenFile !== '')
      tokenFiles.set(entry.name, makeAbsolutePath(file.directory, tokenFile));
  }
  kubeConfig.users = kubeConfig.users.map((user) => {
    const tokenFile = tokenFiles.get(user.name);
    if (tokenFile === undefined) return user;
    // The file wins over a token beside it, which the library would prefer.
    const { token: _, ...rest } = user;
    return { ...rest, authProvider: { name: 'tokenFile', config: { tokenFile } } };
  });
}

function fromCluster(root: string): KubeConfig {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromCluster(root);
  const remedy = 'run it in a pod with a service account, or give --kubeconfig';
  // Without KUBERNETES_SERVICE_HOST and _PORT the library writes "undefined" in their places.
  if (/^https?:\/\/undefined:|:undefined$/.test(kubeConfig.getCurrentCluster()?.server ?? ''))
    throw new StartError(`this is not a pod: KUBERNETES_SERVICE_HOST and _PORT are not set; ${remedy}`);
  check(kubeConfig, { what: "the pod's service account", remedy });
  return kubeConfig;
}

interface Source {
  readonly what: string;
  readonly remedy: string;
}

function check(kubeConfig: KubeConfig, { what, remedy }: Source): void {
  const mistake = mistakeIn(kubeConfig);
  if (mistake !== undefined) throw new StartError(`${what}: ${mistake}; ${remedy}`);
}

function mistakeIn(kubeConfig: KubeConfig): string | undefined {
  const name = kubeConfig.currentContext;
  if (!name) return 'it has no current-context';
  const context = kubeConfig.getContextObject(name);
  if (context === null) return `its current-context ${shownName(name)} is not among its contexts`;
  if (kubeConfig.getCluster(context.cluster) === null)
    return `context ${shownName(name)} names cluster ${shownName(context.cluster)}, which is not there`;
  if (context.user && kubeConfig.getUser(context.user) === null)
    return `context ${shownName(name)} names user ${shownName(context.user)}, which is not there`;
  return addressMistake(kubeConfig) ?? fileMistake(kubeConfig);
}

const shownName = (name: unknown): string => `"${plainWords(String(name), 120)}"`;

function addressMistake(kubeConfig: KubeConfig): string | undefined {
  const { server = '', skipTLSVerify, proxyUrl } = kubeConfig.getCurrentCluster() ?? {};
  const url = URL.parse(server);
  if (url === null || !/^https?:$/.test(url.protocol))
    return `server ${shownName(server)} is not an http(s) URL`;
  if (url.username !== '' || url.search !== '' || url.hash !== '')
    return 'the server URL has more than a host, a port and a path';
  if (url.protocol === 'http:' && !skipTLSVerify && !isLocalHttp(server))
    return `server ${shownName(server)} would get the token in plain text; use https, or set insecure-skip-tls-verify`;
  if (!proxyUrl) return undefined;
  // Not quoted: it may hold a password.
  const proxy = URL.parse(proxyUrl)?.protocol ?? '';
  return /^(https?|socks5):$/.test(proxy) ? undefined : 'proxy-url is not an http, https or socks5 URL';
}

function fileMistake(kubeConfig: KubeConfig): string | undefined {
  const { caFile, caData } = kubeConfig.getCurrentCluster() ?? {};
  const { certFile, certData, keyFile, keyData, authProvider } = kubeConfig.getCurrentUser() ?? {};
  const tokenFile: unknown = authProvider?.config?.tokenFile;
  for (const path of [caFile, certFile, keyFile, tokenFile]) {
    if (typeof path !== 'string') continue;
    try {
      accessSync(path, constants.R_OK);
    } catch (error) {
      return `${path} cannot be read: ${reasonOf(error)}`;
    }
  }
  const cert = bufferFromFileOrString(certFile, certData);
  const key = bufferFromFileOrString(keyFile, keyData);
  if ((cert === null) !== (key === null))
    return 'a client certificate and its key go together; one is missing';
  const ca = bufferFromFileOrString(caFile, caData);
  try {
    // A CA that is none would be taken without a word, and then no server is trusted.
    if (ca !== null) new X509Certificate(ca);
    createSecureContext({ ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) });
    return undefined;
  } catch (error) {
    return `its CA, client certificate or key cannot be used: ${plainWords(messageOf(error), 200)}`;
  }
}
