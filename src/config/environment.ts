// The only place that reads environment variables.

/** Whether text for this terminal may have colours (https://no-color.org). */
export const wantsColours = (
  stream: { readonly isTTY?: boolean },
  environment: NodeJS.ProcessEnv = process.env,
): boolean => stream.isTTY === true && (environment.NO_COLOR ?? '') === '' && environment.TERM !== 'dumb';
