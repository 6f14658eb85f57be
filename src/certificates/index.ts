// Certificates for mutual TLS between Contour and Envoy, which `contour certgen` makes.
//   credentials.ts   what each side holds, under which names
//   judge.ts         whether what is there can stay
//   issue.ts         a new authority and what it signs; its key is forgotten at once
//   folder.ts, secrets.ts   where they are kept: files, or Secrets of a cluster
//   renew.ts         all of it together: judge, issue, write, and again if somebody was quicker
// secrets.ts is imported by itself, since it loads the client of the API server.
export {
  type CredentialStore,
  type Credentials,
  type Found,
  type Issued,
  parties,
  type Written,
} from './credentials.ts';
export { folderStore } from './folder.ts';
export { type IssueOptions, issue } from './issue.ts';
export { faultOf, lastDay, longestMargin } from './judge.ts';
export { type Renewal, renew } from './renew.ts';
