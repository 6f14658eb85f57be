// What each side of mutual TLS holds, and under which names it is kept.

/** The two sides: the xDS server, and its clients. */
export const parties = ['contour', 'envoy'] as const;
export type Party = (typeof parties)[number];

/** PEM. */
export interface Credentials {
  /** Certificates that the other side's must come from. */
  readonly authority: string;
  /** One's own first, then those between it and the authority, if there are any. */
  readonly certificate: string;
  readonly key: string;
}

/** Names of files and keys of Secrets: those that Kubernetes has for a Secret of type TLS. */
export const fileNames = {
  authority: 'ca.crt',
  certificate: 'tls.crt',
  key: 'tls.key',
} as const satisfies Record<keyof Credentials, string>;

export const fields = ['authority', 'certificate', 'key'] as const satisfies readonly (keyof Credentials)[];

/** What is there; nothing of it is trusted. */
export type Found = Readonly<Record<Party, Partial<Credentials>>>;

export type Issued = Readonly<Record<Party, Credentials>>;

/** One place that was written, in the user's words, and what happened to it. */
export interface Written {
  readonly place: string;
  readonly how: 'created' | 'replaced';
}

export interface CredentialStore {
  /** In the user's words, such as a directory; one for each party's part that is kept or written. */
  readonly places: readonly string[];
  /** Whatever cannot be taken for text is as if it were missing. */
  read(): Promise<Found>;
  /**
   * Replaces everything, of each party all at once. Undefined: somebody has changed it since it was read, so that it
   * should be read and judged again.
   */
  write(issued: Issued): Promise<readonly Written[] | undefined>;
  /** What the user should know of a place that is kept and need not be changed for the connection to work. */
  notices(): Promise<readonly string[]>;
}
