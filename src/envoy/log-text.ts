// Text of users inside a line of the access log.
import { escapeControl } from '../dag/user-text.ts';

/**
 * Between two quotes it neither ends the column nor begins a line: a quote becomes `\u{22}`, a line break `\u{a}`.
 * What Kubernetes lets a tenant write in a regular expression or a name must not forge requests that never were.
 */
export const logText = (text: string): string => escapeControl(text).replaceAll('"', '\\u{22}');
